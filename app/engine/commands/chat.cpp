// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/chat_options.h"
#include "app/engine/cli/format.h"
#include "app/engine/cli/input_files.h"
#include "app/engine/cli/interactive_chat.h"

namespace lathe::cli {

namespace {

Json answerJson(const Answer &answer, const LoadedModel &loaded)
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
            {"device", loaded.backend->id()},
            {"load_s", loaded.seconds}};
}

Result<> answerOnce(Session &session, const LoadedModel &loaded, const AnswerRequest &request,
                    ShowReasoning reasoning, Console &console)
{
    LATHE_ASSIGN(const Answer answer, streamAnswer(session, request, reasoning, console, console.task()));
    if (console.json()) {
        console.printJson(answerJson(answer, loaded));
    } else {
        console.print("\n");
        console.note(answerNote(answer, *loaded.backend));
    }
    tellHowItEnded(answer, session, console);
    if (answer.result.finish == Finish::Cancelled)
        return fail(Errc::Cancelled, {}, "cancelled");
    return {};
}

Result<> run(const ChatOptions &options, Invocation &invocation)
{
    LATHE_ASSIGN(const auto request, singleRequest(options, invocation.common));
    if (!request && invocation.console.json())
        throw UsageError{"--json", "goes with --prompt, --messages or --ids", "give one of them"};
    Devices devices(deviceOptions(invocation.common));
    LATHE_ASSIGN(const LoadedModel loaded, loadModel(options.model, devices, invocation));
    LATHE_ASSIGN(const uint32_t context, chooseContext(loaded.model->config(), options.model.context));
    LATHE_ASSIGN(const DType cacheType, parseCacheType(options.model.kv));
    LATHE_ASSIGN(const auto session,
                 Session::create(loaded.model, {context, cacheType, true, loaded.adapters},
                                 invocation.console.task()));
    if (request) {
        const Result<> done = answerOnce(*session, loaded, *request, options.reasoning, invocation.console);
        return done ? done
                    : tl::unexpected(namingFile(namingFile(done.error(), "messages", options.messages), "ids",
                                                options.ids));
    }
    return interactiveChat(*session, *loaded.backend, options, invocation);
}

} // namespace

Run addChat(CLI::App &app)
{
    auto options = std::make_shared<ChatOptions>();
    addChatOptions(app, *options);
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
