// SPDX-License-Identifier: GPL-3.0-or-later
// Speaks docs/protocol.md and fails on request, so that the window's failure states are tests.
//   --die-at-start     ends with status 3 before `hello`
//   --old-protocol     answers `hello` with error −32009
//   --load-ms N        loading a model takes N ms in 20 steps
//   --ignore-end       does not end when its input ends
#include "fake_answers.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <poll.h>
#include <string>
#include <unistd.h>

using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kUnacknowledged = 64;
const char *const kHash = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

void send(const json &message)
{
    const std::string body = message.dump(-1, ' ', false, json::error_handler_t::replace);
    const std::string frame = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (size_t at = 0; at < frame.size();) {
        const ssize_t wrote = write(STDOUT_FILENO, frame.data() + at, frame.size() - at);
        if (wrote <= 0)
            std::exit(0);
        at += size_t(wrote);
    }
}

void reply(const json &id, const json &result)
{
    send({{"jsonrpc", "2.0"}, {"id", id}, {"result", result}});
}

void replyError(const json &id, int code, const char *kind, const char *subject, const char *what,
                const char *remedy)
{
    const json data{{"kind", kind}, {"subject", subject}, {"what", what}, {"remedy", remedy}};
    send({{"jsonrpc", "2.0"},
          {"id", id},
          {"error", {{"code", code}, {"message", std::string(subject) + ": " + what}, {"data", data}}}});
}

/// A request that takes time: a generation or a load.
struct Work {
    json id;
    json params;
    fake::Script script;
    bool load = false;
    int loadStep = 0;
    int promptStep = 0;
    size_t token = 0;
    size_t reasoned = 0; ///< tokens of reasoning that were sent
    std::string reasoning;
    std::string text;
    long seq = 0;
    long acked = 0;
    bool cancelled = false;
    Clock::time_point due = Clock::now();
};

class Engine
{
public:
    int loadMs = 20;
    bool oldProtocol = false;
    bool ignoreEnd = false;

    int run()
    {
        for (;;) {
            pollfd input{STDIN_FILENO, POLLIN, 0};
            if (poll(&input, 1, timeoutMs()) > 0 && !readInput() && !ignoreEnd)
                return 0;
            tick();
        }
    }

private:
    int timeoutMs() const
    {
        int out = -1;
        for (const auto &[key, work] : m_work) {
            if (work.seq - work.acked >= kUnacknowledged && !work.cancelled)
                continue;
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(work.due - Clock::now()).count();
            const int ms = left > 0 ? int(left) : 0;
            out = out < 0 ? ms : std::min(out, ms);
        }
        return out;
    }

    bool readInput()
    {
        char buffer[65536];
        const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        if (got <= 0) {
            if (ignoreEnd)
                usleep(10000);
            return false;
        }
        m_input.append(buffer, size_t(got));
        for (;;) {
            const size_t end = m_input.find("\r\n\r\n");
            if (end == std::string::npos)
                return true;
            const size_t length =
                std::strtoul(m_input.c_str() + std::strlen("Content-Length: "), nullptr, 10);
            if (m_input.size() < end + 4 + length)
                return true;
            const json message = json::parse(m_input.substr(end + 4, length));
            m_input.erase(0, end + 4 + length);
            handle(message);
        }
    }

    void handle(const json &message)
    {
        const std::string method = message.value("method", "");
        const json params = message.value("params", json::object());
        if (method == "$/ack" || method == "$/cancel") {
            const auto it = m_work.find(params["id"].dump());
            if (it != m_work.end() && method == "$/ack")
                it->second.acked = params["seq"];
            else if (it != m_work.end())
                it->second.cancelled = true;
            return;
        }
        const json id = message["id"];
        if (method == "session.generate" || method == "model.load")
            startWork(id, params, method == "model.load");
        else
            answer(id, method, params);
    }

    void startWork(const json &id, const json &params, bool load)
    {
        Work work;
        work.id = id;
        work.params = params;
        work.load = load;
        if (!load)
            work.script = fake::scriptFor(params, ++m_answers);
        m_work.emplace(id.dump(), std::move(work));
    }

    void answer(const json &id, const std::string &method, const json &params)
    {
        if (method == "hello" && oldProtocol)
            replyError(id, -32009, "version", "protocol", "no common version", "update Lathe");
        else if (method == "hello")
            reply(id, {{"protocol", 1}, {"engine", {{"name", "fake"}, {"version", "0"}}}, {"pid", getpid()}});
        else if (method == "model.inspect" && params.value("path", "").find("missing") != std::string::npos)
            replyError(id, -32002, "notFound", params["path"].get<std::string>().c_str(), "not there",
                       "choose another file");
        else if (method == "model.inspect")
            reply(id, fake::inspection(params["path"]));
        else if (method == "files.identify")
            reply(id, fake::identified(params["path"]));
        else if (method == "adapter.inspect" || method == "session.setAdapters")
            answerAdapters(id, method, params);
        else if (method == "session.create")
            reply(id, {{"adapters", m_adapters = json::array()},
                       {"session", "s" + std::to_string(++m_sessions)},
                       {"context", params.contains("context") && params["context"].is_number()
                                       ? params["context"].get<int>()
                                       : 2048},
                       {"kv", "F32"},
                       {"cacheBytes", 94371840}});
        else if (method == "session.countTokens")
            reply(
                id,
                {{"tokens", fake::countTokens(params["messages"])}, {"cached", m_cached}, {"context", 2048}});
        else if (method == "session.render")
            reply(id, fake::rendered(params));
        else if (method == "devices.list")
            reply(id, fake::devices());
        else if (method == "models.default")
            reply(id, {{"name", "SmolLM2-135M-Instruct Q4_1"},
                       {"path", "/models/SmolLM2-135M-Instruct.Q4_1.gguf"},
                       {"bytes", 98362432},
                       {"sha256", kHash},
                       {"licence", "Apache-2.0"},
                       {"present", true}});
        else if (method == "files.list" && params.value("path", "").find("missing") != std::string::npos)
            replyError(id, -32002, "notFound", params["path"].get<std::string>().c_str(), "cannot be listed",
                       "choose another folder");
        else if (method == "files.list")
            reply(id, fake::folder(params.value("path", "/models")));
        else if (method == "memory.usage")
            reply(id, {{"devices", json::array()}, {"processBytes", 100000000}});
        else if (method == "engine.echo")
            reply(id, {{"params", params}, {"binaryBytes", 0}});
        else if (method == "engine.diagnostics")
            reply(id, {{"text", "fake engine"}, {"log", json::array()}});
        else if (method == "test.log")
            std::fprintf(stderr, "%s\n", params.value("text", "").c_str()), reply(id, json::object());
        else if (method == "test.die")
            raise(SIGKILL);
        else if (method == "session.close" || method == "session.reset" || method == "model.unload")
            reply(id, json::object());
        else
            replyError(id, -32601, "method", method.c_str(), "no such method", "");
    }

    /// A path with "misfit" in it is of another model.
    void answerAdapters(const json &id, const std::string &method, const json &params)
    {
        if (params.dump().find("misfit") != std::string::npos) {
            replyError(id, -32001, "badInput", "/models/lora-misfit",
                       "blk.0.attn_q.weight is 576 x 576 in the model, not 2048 x 2048",
                       "give an adapter of this model");
        } else if (method == "adapter.inspect") {
            reply(id, fake::adapter(params["path"]));
        } else {
            m_adapters = fake::named(params["adapters"]);
            reply(id, {{"adapters", m_adapters}});
        }
    }

    void notify(Work &work, const char *method, json params)
    {
        params["id"] = work.id;
        params["seq"] = ++work.seq;
        send({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
    }

    void tick()
    {
        for (auto it = m_work.begin(); it != m_work.end();) {
            Work &work = it->second;
            const bool held = work.seq - work.acked >= kUnacknowledged && !work.cancelled;
            const bool done =
                !held && work.due <= Clock::now() && (work.load ? stepLoad(work) : stepAnswer(work));
            it = done ? m_work.erase(it) : std::next(it);
        }
    }

    bool stepLoad(Work &work)
    {
        constexpr int kSteps = 20;
        if (work.cancelled) {
            replyError(work.id, -32800, "cancelled", "", "cancelled", "");
            return true;
        }
        if (work.loadStep == kSteps) {
            reply(work.id, fake::model(work.params["path"], "m" + std::to_string(++m_models)));
            return true;
        }
        const double fraction = ++work.loadStep / double(kSteps);
        notify(work, "progress",
               {{"stage", "Loading weights"},
                {"done", work.loadStep},
                {"total", kSteps},
                {"fraction", fraction},
                {"etaSeconds", (1 - fraction) * loadMs / 1000}});
        work.due = Clock::now() + std::chrono::milliseconds(loadMs / kSteps);
        return false;
    }

    /// One step of a generation; true when it has ended.
    bool stepAnswer(Work &work)
    {
        work.due = Clock::now() + std::chrono::milliseconds(work.script.stepMs);
        if (work.cancelled)
            return endAnswer(work, "cancelled");
        if (work.promptStep < work.script.promptSteps) {
            ++work.promptStep;
            notify(work, "prompt",
                   {{"done", work.promptStep * 3},
                    {"total", work.script.promptSteps * 3},
                    {"cached", m_cached}});
            return false;
        }
        const int limit = work.params.contains("maxTokens") && work.params["maxTokens"].is_number()
                              ? work.params["maxTokens"].get<int>()
                              : 1 << 20;
        const bool flood = work.script.tokens.size() > 1000;
        if (!flood && int(work.token) >= limit)
            return endAnswer(work, "length");
        if (work.reasoned < work.script.reasoning.size()) {
            sendReasoning(work);
            return false;
        }
        if (work.token < work.script.tokens.size() || work.script.untilCancelled) {
            sendToken(work);
            return false;
        }
        return endAnswer(work, work.script.end);
    }

    void sendReasoning(Work &work)
    {
        const std::string &text = work.script.reasoning[work.reasoned++];
        work.reasoning += text;
        notify(work, "token",
               {{"token", 900 + int(work.reasoned)}, {"text", ""}, {"reasoning", text}, {"tps", 142.0}});
    }

    void sendToken(Work &work)
    {
        const std::string text =
            work.token < work.script.tokens.size() ? work.script.tokens[work.token] : " more";
        const std::string told = work.script.held && work.token >= 2 ? std::string() : text;
        json params{{"token", int(work.token)}, {"text", told}, {"tps", 142.0}};
        if (const int k = work.params.value("probabilities", 0); k > 0) {
            params["logprob"] = -0.105;
            params["candidates"] = {{{"token", 1}, {"text", text}, {"logprob", -0.105}},
                                    {{"token", 2}, {"text", " other"}, {"logprob", -2.5}}};
        }
        work.text += text;
        ++work.token;
        notify(work, "token", params);
    }

    bool endAnswer(Work &work, const std::string &end)
    {
        if (end == "die")
            raise(SIGKILL);
        if (end == "exit")
            std::exit(1);
        if (end == "garbage") {
            std::fputs("Segmentation fault\r\n\r\n", stdout);
            std::fflush(stdout);
            return true;
        }
        if (end == "fail") {
            replyError(work.id, -32005, "device", "RTX 3060",
                       "the driver reported a lost device in layer 17, attention", "use another device");
            return true;
        }
        const int prompt = fake::countTokens(work.params.value("messages", json::array()));
        m_cached = prompt + int(work.token);
        const json seed = work.params.contains("seed") && !work.params["seed"].is_null() ? work.params["seed"]
                                                                                         : json("8812");
        reply(work.id, {{"text", work.text},
                        {"ids", json::array()},
                        {"finish", end == "full" ? "length" : end},
                        {"contextFull", end == "full"},
                        {"promptTokens", prompt},
                        {"cachedTokens", 0},
                        {"reasoning", work.reasoning},
                        {"reasoningTokens", work.reasoned},
                        {"tokens", work.token + work.reasoned},
                        {"ttftSeconds", 0.09},
                        {"promptTps", 300.0},
                        {"tps", 142.0},
                        {"seed", seed},
                        {"sha256", kHash},
                        {"adapters", m_adapters},
                        {"contextUsed", m_cached},
                        {"contextSize", 2048}});
        return true;
    }

    std::string m_input;
    std::map<std::string, Work> m_work;
    int m_models = 0;
    int m_sessions = 0;
    int m_answers = 0;
    int m_cached = 0;
    json m_adapters = json::array();
};

} // namespace

int main(int argc, char **argv)
{
    Engine engine;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        if (option == "--die-at-start") {
            std::fputs("no driver\n", stderr);
            return 3;
        }
        if (option == "--old-protocol")
            engine.oldProtocol = true;
        else if (option == "--ignore-end")
            engine.ignoreEnd = true;
        else if (option == "--load-ms" && i + 1 < argc)
            engine.loadMs = std::atoi(argv[++i]);
    }
    return engine.run();
}
