// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/method.h"

#include "app/engine/rpc/adapter_params.h"
#include "app/engine/rpc/engine_state.h"
#include "app/engine/services/chat_service.h"
#include "core/base/bytes.h"
#include "core/model/memory_estimate.h"

namespace lathe::rpc {

namespace {

constexpr int64_t kMaxContext = 1 << 24;
constexpr int64_t kMaxCandidates = 64;

Json rateJson(double perSecond)
{
    return perSecond > 0 ? Json(perSecond) : Json();
}

RpcResult<std::shared_ptr<SessionHandle>> sessionOf(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const std::string id, call.params().string("session"));
    LATHE_ASSIGN(auto session, state.session(id));
    return session;
}

RpcResult<Reply> sessionCreate(EngineState &state, Call &call)
{
    const Params params = call.params();
    LATHE_ASSIGN(const std::string id, params.string("model"));
    LATHE_ASSIGN(const std::string kv, params.string("kv", "F32"));
    LATHE_ASSIGN(const int64_t wanted, params.integer("context", 0, 0, kMaxContext));
    LATHE_ASSIGN(const DType cacheType, parseCacheType(kv));
    LATHE_ASSIGN(const auto requests, readAdapters(params));
    LATHE_ASSIGN(const auto model, state.model(id));
    const LoadedModel &loaded = model->loaded;
    LATHE_ASSIGN(const uint32_t context, chooseContext(loaded.model->config(), uint32_t(wanted)));
    LATHE_ASSIGN(auto adapters, loadAdapters(loaded.model, requests, call.task()));
    LATHE_ASSIGN(auto session,
                 Session::create(loaded.model, {context, cacheType, true, std::move(adapters)}, call.task()));
    const uint64_t cacheBytes =
        estimateMemory(loaded.model->file(), *loaded.backend, {cacheType, 1, context}).cache;
    const auto handle = state.addSession(id, kv, loaded.sha256, std::move(session));
    if (!handle)
        return tl::unexpected<RpcError>(Error{Errc::NotFound, id, "was unloaded meanwhile", "load it again"});
    handle->adapters = requests;
    Reply reply;
    reply.result = {{"session", handle->id},
                    {"context", context},
                    {"kv", kv},
                    {"cacheBytes", cacheBytes},
                    {"adapters", adaptersJson(requests)}};
    return reply;
}

RpcResult<SamplerSettings> readSampler(const Params &all)
{
    static const Json kNone = Json::object();
    const Json *given = all.find("sampler");
    if (given && !given->is_object())
        return all.wrong("sampler", "is not an object", "give an object");
    const Params params(given ? *given : kNone, "sampler.");
    constexpr int64_t kMax = 1000000000;
    SamplerSettings out;
    LATHE_ASSIGN(out.temperature, params.number("temperature", out.temperature));
    LATHE_ASSIGN(const int64_t topK, params.integer("topK", out.topK, 0, kMax));
    LATHE_ASSIGN(out.topP, params.number("topP", out.topP));
    LATHE_ASSIGN(out.minP, params.number("minP", out.minP));
    LATHE_ASSIGN(out.typicalP, params.number("typicalP", out.typicalP));
    LATHE_ASSIGN(out.repeatPenalty, params.number("repeatPenalty", out.repeatPenalty));
    LATHE_ASSIGN(const int64_t window, params.integer("repeatWindow", out.repeatWindow, -1, kMax));
    LATHE_ASSIGN(out.presencePenalty, params.number("presencePenalty", out.presencePenalty));
    LATHE_ASSIGN(out.frequencyPenalty, params.number("frequencyPenalty", out.frequencyPenalty));
    out.topK = int32_t(topK);
    out.repeatWindow = int32_t(window);
    if (const Result<> valid = validate(out); !valid)
        return refuse(RpcFault::Params, "sampler: " + valid.error().subject, valid.error().what,
                      valid.error().remedy);
    return out;
}

RpcResult<AnswerRequest> readConversation(const Params &params)
{
    AnswerRequest request;
    const int given = int(params.has("messages")) + int(params.has("text")) + int(params.has("ids"));
    if (given != 1)
        return params.wrong("messages", "or text or ids: one of them is needed", "give exactly one");
    if (const Json *messages = params.find("messages"))
        request.messages = *messages;
    if (params.has("text")) {
        LATHE_ASSIGN(request.text, params.string("text"));
    }
    LATHE_ASSIGN(request.ids, params.ids("ids"));
    LATHE_ASSIGN(request.prompt.plainContent, params.boolean("plainContent", true));
    LATHE_ASSIGN(request.prompt.generationPrompt, params.boolean("generationPrompt", true));
    LATHE_ASSIGN(request.prompt.continueLast, params.boolean("continue", false));
    return request;
}

RpcResult<AnswerRequest> readRequest(const Params &params)
{
    LATHE_ASSIGN(AnswerRequest request, readConversation(params));
    LATHE_ASSIGN(request.sampler, readSampler(params));
    LATHE_ASSIGN(request.seed, params.seed("seed"));
    if (params.has("maxTokens")) {
        LATHE_ASSIGN(const int64_t maxTokens, params.integer("maxTokens", 0, 0, kMaxContext));
        request.maxTokens = uint32_t(maxTokens);
    }
    LATHE_ASSIGN(request.stops, params.strings("stop"));
    LATHE_ASSIGN(request.ignoreEos, params.boolean("ignoreEos", false));
    LATHE_ASSIGN(const std::string overflow, params.string("overflow", "stop"));
    if (overflow != "stop" && overflow != "shift")
        return params.wrong("overflow", "is neither stop nor shift", "give one of them");
    request.overflow = overflow == "shift" ? Overflow::Shift : Overflow::Stop;
    LATHE_ASSIGN(const int64_t candidates, params.integer("probabilities", 0, 0, kMaxCandidates));
    request.candidates = uint32_t(candidates);
    return request;
}

std::string pieceOf(const ModelFile &file, int32_t token)
{
    const uint32_t id = uint32_t(token);
    return file.tokenizer() ? tokenPieces(**file.tokenizer(), std::span(&id, 1)).front() : std::string();
}

Json tokenJson(const TokenEvent &event, const ModelFile &file, bool probabilities)
{
    Json out{{"token", event.id}, {"text", event.text}, {"tps", event.tps}};
    if (!event.reasoning.empty())
        out["reasoning"] = event.reasoning;
    if (!probabilities)
        return out;
    out["logprob"] = event.logprob;
    out["candidates"] = Json::array();
    for (const TokenCandidate &candidate : event.candidates)
        out["candidates"].push_back({{"token", candidate.token},
                                     {"text", pieceOf(file, candidate.token)},
                                     {"logprob", candidate.logprob}});
    return out;
}

/// A notification that is not sent was cancelled, and the answer ends by the same token.
GenerateEvents notifications(Call &call, const ModelFile &file, bool probabilities)
{
    GenerateEvents events;
    events.prompt = [&call](uint32_t done, uint32_t total, uint32_t cached) {
        (void)call.notify("prompt", {{"done", done}, {"total", total}, {"cached", cached}});
    };
    events.token = [&call, &file, probabilities](const TokenEvent &event) {
        (void)call.notify("token", tokenJson(event, file, probabilities));
    };
    events.shifted = [&call](uint32_t dropped) {
        (void)call.notify("notice", {{"kind", "shifted"},
                                     {"text", "The context was full: the oldest " + std::to_string(dropped) +
                                                  " tokens were dropped."},
                                     {"dropped", dropped}});
    };
    return events;
}

Json answerJson(const Answer &answer, const SessionHandle &handle)
{
    const GenerateResult &result = answer.result;
    return {{"text", result.text},
            {"ids", result.ids},
            {"reasoning", result.reasoning},
            {"reasoningTokens", result.reasoningTokens},
            {"finish", finishName(result.finish)},
            {"contextFull", result.contextFull},
            {"promptTokens", result.promptTokens},
            {"cachedTokens", result.cachedTokens},
            {"droppedTokens", result.droppedTokens},
            {"tokens", result.ids.size()},
            {"ttftSeconds", result.ttftSeconds},
            {"promptTps", rateJson(result.promptTps())},
            {"tps", rateJson(result.tps())},
            {"seed", std::to_string(answer.seed)},
            {"sha256", handle.sha256},
            {"adapters", adaptersJson(handle.adapters)},
            {"contextUsed", handle.session->contextUsed()},
            {"contextSize", handle.session->context()}};
}

RpcResult<Reply> sessionGenerate(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const auto handle, sessionOf(state, call));
    LATHE_ASSIGN(const AnswerRequest request, readRequest(call.params()));
    LATHE_ASSIGN(const auto work, state.begin(*handle, call));
    const ModelFile &file = handle->session->model().file();
    const GenerateEvents events = notifications(call, file, request.candidates > 0);
    LATHE_ASSIGN(const Answer done, answer(*handle->session, request, events, call.task()));
    Reply reply;
    reply.result = answerJson(done, *handle);
    return reply;
}

RpcResult<Reply> sessionCountTokens(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const auto handle, sessionOf(state, call));
    LATHE_ASSIGN(const AnswerRequest request, readConversation(call.params()));
    LATHE_ASSIGN(const Prompt prompt, promptOf(handle->session->model().file(), request));
    Reply reply;
    reply.result = {{"tokens", prompt.ids.size()},
                    {"cached", handle->session->cachedPrefix(prompt.ids)},
                    {"context", handle->session->context()}};
    return reply;
}

RpcResult<Reply> sessionRender(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const auto handle, sessionOf(state, call));
    LATHE_ASSIGN(const AnswerRequest request, readConversation(call.params()));
    const ModelFile &file = handle->session->model().file();
    LATHE_ASSIGN(const auto tokenizer, file.tokenizer());
    LATHE_ASSIGN(const auto chatTemplate, file.chatTemplate());
    LATHE_ASSIGN(const Prompt prompt,
                 renderPrompt(*tokenizer, *chatTemplate, request.messages, request.prompt));
    Reply reply;
    reply.result = {{"text", toValidUtf8(prompt.text)},
                    {"ids", prompt.ids},
                    {"pieces", tokenPieces(*tokenizer, prompt.ids)}};
    return reply;
}

RpcResult<Reply> sessionReset(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const auto handle, sessionOf(state, call));
    LATHE_ASSIGN(const auto work, state.begin(*handle, call));
    handle->session->reset();
    return Reply();
}

RpcResult<Reply> sessionClose(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const std::string id, call.params().string("session"));
    LATHE_TRY(state.closeSession(id));
    return Reply();
}

constexpr Method kMethods[] = {
    {"session.create", sessionCreate},
    {"session.generate", sessionGenerate},
    {"session.countTokens", sessionCountTokens},
    {"session.render", sessionRender},
    {"session.reset", sessionReset},
    {"session.close", sessionClose},
};

} // namespace

std::span<const Method> sessionMethods()
{
    return kMethods;
}

} // namespace lathe::rpc
