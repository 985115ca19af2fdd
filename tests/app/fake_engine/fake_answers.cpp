// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_answers.h"

#include <sstream>

using nlohmann::json;

namespace fake {

namespace {

const char *const kHash = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

const char *const kCode =
    "Air molecules scatter short wavelengths of sunlight **more strongly** than long ones. The "
    "strength grows with the fourth power of the frequency, so blue light (450 nm) is scattered "
    "about six times as much as red light (700 nm):\n\n"
    "```python\nimport math\nratio = (700 / 450) ** 4\n"
    "print(f\"{ratio:.1f} times more scattering\")\n```\n\n"
    "Blue light therefore reaches your eyes from every direction, while red light passes almost "
    "straight through.";

const char *const kThought = "The user asks about the sky.\n\n1. Sunlight holds all colours.\n2. Air "
                             "scatters **short** waves more.\n\n"
                             "So the answer is scattering; I should name the fourth power.";

/// Words with their leading space, as tokenizers have them; line ends stay with the word before.
std::vector<std::string> pieces(const std::string &text)
{
    std::vector<std::string> out(1);
    for (const char c : text) {
        if (c == ' ' && !out.back().empty())
            out.emplace_back();
        out.back() += c;
    }
    return out;
}

bool has(const std::string &text, const char *word)
{
    return text.find(word) != std::string::npos;
}

} // namespace

Script scriptFor(const json &params, int answerNumber)
{
    std::string asked = params.value("text", "");
    for (const json &message : params.value("messages", json::array()))
        if (message.value("role", "") == "user")
            asked = message.value("content", "");
    Script script;
    script.tokens = pieces(has(asked, "code") ? std::string(kCode)
                                              : "Answer " + std::to_string(answerNumber) +
                                                    " to: " + asked.substr(0, 200) + ".");
    if (params.value("continue", false))
        script.tokens = pieces(" and it goes on.");
    else if (asked == "settings")
        script.tokens = {params.dump()};
    else if (has(asked, "echo system"))
        script.tokens = pieces(params["messages"][0].value("content", ""));
    for (const char *end : {"die", "exit", "fail", "garbage"}) {
        if (!has(asked, end) || params.value("continue", false))
            continue;
        script.end = end;
        script.tokens = has(asked, "emptyfail")
                            ? std::vector<std::string>{}
                            : std::vector<std::string>{"One", " two", " three", " four", " five"};
    }
    if ((has(asked, "think") || has(asked, "ponder")) && !params.value("continue", false))
        script.reasoning = pieces(kThought);
    if (has(asked, "ponder") && !params.value("continue", false)) {
        script.tokens.clear();
        script.end = "length";
    }
    if (has(asked, "length"))
        script.end = "length";
    if (has(asked, "full"))
        script.end = "full";
    script.held = has(asked, "held");
    if (has(asked, "reading"))
        script.promptSteps = 100;
    if (has(asked, "slow")) {
        script.stepMs = 40;
        script.untilCancelled = true;
    }
    if (has(asked, "flood")) {
        script.stepMs = 0;
        script.tokens.assign(10000, " word");
    }
    return script;
}

json rendered(const json &params)
{
    std::string text;
    for (const json &message : params.value("messages", json::array()))
        text +=
            "<|im_start|>" + message.value("role", "") + "\n" + message.value("content", "") + "<|im_end|>\n";
    if (params.value("generationPrompt", true))
        text += "<|im_start|>assistant\n";
    json ids = json::array();
    const std::vector<std::string> words = pieces(text);
    for (size_t i = 0; i < words.size(); ++i)
        ids.push_back(i);
    return {{"text", text}, {"ids", ids}, {"pieces", words}};
}

int countTokens(const json &messages)
{
    int count = 3;
    for (const json &message : messages)
        count += 4 + int(pieces(message.value("content", "")).size());
    return count;
}

json inspection(const std::string &path)
{
    const json memory{{"device", "cpu"},
                      {"context", 2048},
                      {"kv", "F32"},
                      {"weights", 98000000},
                      {"cache", 94371840},
                      {"scratch", 20000000},
                      {"total", 212371840},
                      {"freeBytes", 8000000000},
                      {"budgetBytes", 8000000000},
                      {"fits", "fits"},
                      {"devices",
                       {{{"device", "cpu"}, {"weights", 98000000}, {"scratch", 20000000}},
                        {{"device", "reference"}, {"weights", 99000000}, {"scratch", 1000000}}}},
                      {"cacheBytesPerToken", {{"F32", 46080}, {"F16", 23040}}}};
    return {{"path", path},
            {"name", "SmolLM2-135M-Instruct"},
            {"architecture", "llama"},
            {"parameters", 134515008},
            {"fileBytes", 98362432},
            {"context", 8192},
            {"vocabulary", 49152},
            {"quantization", "Q4_1"},
            {"config", {{"layers", 30}, {"hidden", 576}, {"kvHeads", 3}, {"headSize", 64}}},
            {"tokenizer", {{"kind", "gpt2"}, {"vocabulary", 49152}, {"error", nullptr}}},
            {"template", {{"present", true}, {"error", nullptr}}},
            {"sha256", nullptr},
            {"memory", memory},
            {"tensors", nullptr},
            {"metadata", nullptr},
            {"warnings", json::array()}};
}

json model(const std::string &path, const std::string &handle)
{
    json sampler; // of the makers of one model only
    if (has(path, "Qwen"))
        sampler = {{"temperature", 0.6}, {"topK", 20}, {"topP", 0.95}, {"minP", 0.0}, {"repeatPenalty", 1.0}};
    return {{"model", handle},
            {"sampler", sampler},
            {"path", path},
            {"name", "SmolLM2-135M-Instruct"},
            {"architecture", "llama"},
            {"parameters", 134515008},
            {"sha256", kHash},
            {"bytes", 98362432},
            {"context", 8192},
            {"vocabulary", 49152},
            {"quantization", "Q4_1"},
            {"device", {{"id", "cpu"}, {"name", "CPU"}, {"kind", "cpu"}}},
            {"math", "fp32"},
            {"tokenizer", {{"kind", "gpt2"}, {"error", nullptr}}},
            {"template",
             {{"present", true}, {"error", nullptr}, {"defaultSystem", "You are a helpful assistant."}}},
            {"memory", {{"weights", 98000000}, {"cache", 0}, {"arena", 0}, {"staging", 0}}},
            {"seconds", 0.1},
            {"notes", json::array()}};
}

json identified(const std::string &path)
{
    const size_t slash = path.rfind('/');
    const bool inFolder = has(path, "/hf/");
    return {{"kind", has(path, "lora") ? "adapter" : "model"},
            {"path", inFolder ? path.substr(0, slash) : path}};
}

static std::string nameOf(const std::string &path)
{
    const std::string name = path.substr(path.rfind('/') + 1);
    return has(name, ".gguf") ? name.substr(0, name.size() - 5) : name;
}

json adapter(const std::string &path)
{
    return {{"path", path}, {"name", nameOf(path)}, {"rank", 8}, {"matrices", 60}, {"bytes", 3700000}};
}

json named(const json &adapters)
{
    json out = json::array();
    for (const json &one : adapters)
        out.push_back({{"path", one["path"]}, {"name", nameOf(one["path"])}, {"scale", one["scale"]}});
    return out;
}

json folder(const std::string &path)
{
    json entries = json::array();
    entries.push_back({{"name", "other"},
                       {"path", path + "/other"},
                       {"kind", "folder"},
                       {"bytes", 0},
                       {"modified", 1763800000}});
    std::vector<std::pair<const char *, long>> models{{"SmolLM2-135M-Instruct.Q4_1.gguf", 98362432},
                                                      {"stories260k.gguf", 1036864}};
    if (has(path, "split"))
        models = {{"big-00001-of-00002.gguf", 900}, {"big-00002-of-00002.gguf", 800}};
    for (const auto &[name, bytes] : models)
        entries.push_back({{"name", name},
                           {"path", path + "/" + name},
                           {"kind", "model"},
                           {"bytes", bytes},
                           {"modified", 1763800000}});
    return {{"path", path}, {"parent", "/"}, {"entries", entries}, {"places", json::array()}};
}

json devices()
{
    json list = json::array();
    for (const char *id : {"cpu", "reference"})
        list.push_back({{"id", id},
                        {"name", "Processor"},
                        {"kind", "cpu"},
                        {"driver", ""},
                        {"memoryBytes", 16000000000},
                        {"budgetBytes", 8000000000},
                        {"usedBytes", 0},
                        {"features", json::object()},
                        {"selftest", nullptr}});
    return {{"devices", list}, {"auto", "cpu"}};
}

} // namespace fake
