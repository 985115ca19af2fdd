// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/chat_options.h"
#include "app/engine/cli/format.h"
#include "app/engine/cli/input_files.h"
#include "app/engine/cli/interactive_chat.h"
#include "core/generate/model_sampler.h"

namespace lathe::cli {

namespace {

Json samplerJson(const SamplerSettings &sampler)
{
    return {{"temperature", sampler.temperature},
            {"top_k", sampler.topK},
            {"top_p", sampler.topP},
            {"min_p", sampler.minP},
            {"typical_p", sampler.typicalP},
            {"repeat_penalty", sampler.repeatPenalty}};
}

Json answerJson(const Answer &answer, const SamplerSettings &sampler, const LoadedModel &loaded)
{
    const GenerateResult &result = answer.result;
    const auto rate = [](double value) { return value > 0 ? Json(value) : Json(); };
    return {{"text", result.text},
            {"ids", result.ids},
            {"reasoning", result.reasoning},
            {"reasoning_tokens", result.reasoningTokens},
            {"finish", finishName(result.finish)},
            {"context_full", result.contextFull},
            {"prompt_tokens", result.promptTokens},
            {"dropped_tokens", result.droppedTokens},
            {"tokens", result.ids.size()},
            {"ttft_s", result.ttftSeconds},
            {"prompt_tps", rate(result.promptTps())},
            {"tps", rate(result.tps())},
            {"accepted_share", nullptr},
            {"seed", answer.seed},
            {"sampler", samplerJson(sampler)},
            {"device", loaded.backend->id()},
            {"load_s", loaded.seconds}};
}

Result<> answerOnce(Session &session, const LoadedModel &loaded, const AnswerRequest &request,
                    ShowReasoning reasoning, Console &console)
{
    LATHE_ASSIGN(const Answer answer, streamAnswer(session, request, reasoning, console, console.task()));
    if (console.json()) {
        console.printJson(answerJson(answer, request.sampler, loaded));
    } else {
        console.print("\n");
        console.note(answerNote(answer, *loaded.backend));
    }
    tellHowItEnded(answer, session, console);
    if (answer.result.finish == Finish::Cancelled)
        return fail(Errc::Cancelled, {}, "cancelled");
    return {};
}

/// The sampling with what the model's makers ask for; a value of theirs that is out of range is told and left
/// out.
SamplerSettings chooseSampler(const ChatOptions &options, const ModelFile &file, Console &console)
{
    const auto &generation = file.generation();
    const auto makers = generation
                            ? modelSampler(*generation, options.model.path)
                            : Result<std::optional<SamplerSettings>>(tl::unexpected(generation.error()));
    if (!makers)
        console.note(makers.error().message());
    return samplerOf(options, makers ? *makers : std::nullopt);
}

Result<> run(const ChatOptions &options, Invocation &invocation)
{
    LATHE_ASSIGN(auto request, singleRequest(options, invocation.common));
    if (!request && invocation.console.json())
        throw UsageError{"--json", "goes with --prompt, --messages or --ids", "give one of them"};
    Devices devices(deviceOptions(invocation.common));
    LATHE_ASSIGN(const LoadedModel loaded, loadModel(options.model, devices, invocation));
    const SamplerSettings sampler = chooseSampler(options, loaded.model->file(), invocation.console);
    LATHE_ASSIGN(const uint32_t context, chooseContext(loaded.model->config(), options.model.context));
    LATHE_ASSIGN(const DType cacheType, parseCacheType(options.model.kv));
    LATHE_ASSIGN(const auto session,
                 Session::create(loaded.model,
                                 {context, cacheType, true, loaded.adapters, options.model.int8},
                                 invocation.console.task()));
    if (request) {
        request->sampler = sampler;
        const Result<> done = answerOnce(*session, loaded, *request, options.reasoning, invocation.console);
        return done ? done
                    : tl::unexpected(namingFile(namingFile(done.error(), "messages", options.messages), "ids",
                                                options.ids));
    }
    return interactiveChat(*session, *loaded.backend, options, sampler, invocation);
}

} // namespace

Run addChat(CLI::App &app)
{
    auto options = std::make_shared<ChatOptions>();
    addChatOptions(app, *options);
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
