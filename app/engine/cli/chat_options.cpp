// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/chat_options.h"

#include "app/engine/cli/input_files.h"

namespace lathe::cli {

namespace {

/// The window's "Balanced".
constexpr SamplerSettings kDefaults{
    .temperature = 0.7, .topK = 40, .topP = 0.95, .minP = 0.05, .repeatPenalty = 1.05};

/// Options that say something only beside another one, which is missing.
void checkTogether(const ChatOptions &options)
{
    const int given =
        int(options.prompt.has_value()) + int(!options.messages.empty()) + int(!options.ids.empty());
    if (given > 1)
        throw UsageError{"chat", "takes one of --prompt, --messages and --ids", "leave the others out"};
    if (options.system && !options.messages.empty())
        throw UsageError{"--system", "does not go with --messages", "put a system message into the file"};
    if (!options.ids.empty() && (options.system || !options.templateFile.empty() || options.plainContent))
        throw UsageError{"--ids", "is fed as it stands, without a template",
                         "leave --system, --template and --plain-content out"};
    if (const Result<> valid = validate(samplerOf(options, {})); !valid)
        throw UsageError{"--" + valid.error().subject, valid.error().what, valid.error().remedy};
}

} // namespace

SamplerSettings samplerOf(const ChatOptions &options, const std::optional<SamplerSettings> &makers)
{
    const SamplerSettings base = makers.value_or(kDefaults);
    SamplerSettings sampler = options.sampler;
    sampler.temperature = options.temperature.value_or(base.temperature);
    sampler.topK = options.topK.value_or(base.topK);
    sampler.topP = options.topP.value_or(base.topP);
    sampler.minP = options.minP.value_or(base.minP);
    sampler.typicalP = options.typicalP.value_or(base.typicalP);
    sampler.repeatPenalty = options.repeatPenalty.value_or(sampler.temperature > 0 ? base.repeatPenalty : 1);
    return sampler;
}

void addChatOptions(CLI::App &app, ChatOptions &options)
{
    addModelOptions(app, options.model);
    addAdapterOption(app, options.model);
    addInt8Options(app, options.model);
    app.add_option("--prompt", options.prompt, "one question; without it an interactive chat");
    app.add_option("--system", options.system, "system prompt");
    app.add_option("--messages", options.messages, "a JSON list of {role, content}: a whole conversation");
    app.add_option("--ids", options.ids, "a JSON list of ids, without a template");
    app.add_option("--template", options.templateFile, "a Jinja file in place of the model's template");
    app.add_option("--max-tokens", options.maxTokens, "tokens of the answer (0: as many as fit)");
    SamplerSettings &sampler = options.sampler;
    app.add_option("--temperature", options.temperature,
                   "0: greedy; this and the next five left out: as the model asks, else 0.7, 40, 0.95, 0.05, "
                   "off, 1.05");
    app.add_option("--top-k", options.topK, "0: off");
    app.add_option("--top-p", options.topP, "1: off");
    app.add_option("--min-p", options.minP, "0: off");
    app.add_option("--typical-p", options.typicalP, "1: off");
    app.add_option("--repeat-penalty", options.repeatPenalty, "1: off; left out with --temperature 0: off");
    app.add_option("--repeat-window", sampler.repeatWindow, "tokens that penalties look at (-1: all)");
    app.add_option("--presence-penalty", sampler.presencePenalty, "0: off");
    app.add_option("--frequency-penalty", sampler.frequencyPenalty, "0: off");
    app.add_option("--stop", options.stops, "the answer ends before this text")
        ->allow_extra_args(false)
        ->default_str("");
    app.add_flag("--ignore-eos", options.ignoreEos, "end tokens do not end the answer");
    app.add_option_function<std::string>(
           "--reasoning",
           [&options](const std::string &where) {
               options.reasoning = where == "show" ? ShowReasoning::Always : ShowReasoning::Never;
           },
           "the reasoning part of an answer: show, or hide; left out: shown at a terminal only")
        ->check(CLI::IsMember({"show", "hide"}));
    app.add_flag("--plain-content", options.plainContent, "spellings of special tokens in messages are text");
    app.add_option_function<std::string>(
           "--overflow", [&options](const std::string &policy) { options.shift = policy == "shift"; },
           "when the context is full: stop, or shift")
        ->check(CLI::IsMember({"stop", "shift"}));
}

Result<AnswerRequest> emptyRequest(const ChatOptions &options, const CommonOptions &common)
{
    AnswerRequest request;
    if (!options.templateFile.empty()) {
        LATHE_ASSIGN(request.chatTemplate, readTemplateFile(options.templateFile));
    }
    request.prompt.plainContent = options.plainContent;
    request.sampler = samplerOf(options, {});
    request.seed = common.seed;
    if (options.maxTokens > 0)
        request.maxTokens = options.maxTokens;
    request.stops = options.stops;
    request.ignoreEos = options.ignoreEos;
    request.overflow = options.shift ? Overflow::Shift : Overflow::Stop;
    return request;
}

Result<std::optional<AnswerRequest>> singleRequest(const ChatOptions &options, const CommonOptions &common)
{
    checkTogether(options);
    LATHE_ASSIGN(AnswerRequest request, emptyRequest(options, common));
    if (options.prompt) {
        request.messages = Json::array();
        if (options.system)
            request.messages.push_back({{"role", "system"}, {"content", *options.system}});
        request.messages.push_back({{"role", "user"}, {"content", *options.prompt}});
    } else if (!options.messages.empty()) {
        LATHE_ASSIGN(request.messages, readJsonFile(options.messages));
    } else if (!options.ids.empty()) {
        LATHE_ASSIGN(request.ids, readIdList(options.ids));
    } else {
        return std::nullopt;
    }
    return request;
}

} // namespace lathe::cli
