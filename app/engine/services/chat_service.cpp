// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/chat_service.h"

#include <random>

namespace lathe {

using Json = nlohmann::ordered_json;

namespace {

Result<std::shared_ptr<const ChatTemplate>> templateOf(const ModelFile &file, const AnswerRequest &request)
{
    if (request.chatTemplate)
        return request.chatTemplate;
    return file.chatTemplate();
}

uint64_t newSeed()
{
    std::random_device device;
    return uint64_t(device()) << 32 | device();
}

/// Tokens at the front that a shift keeps: the system prompt and what the template writes before the first
/// turn. Found as what the conversation shares with one of the same system prompt and another first message.
uint32_t keptTokens(const ModelFile &file, const AnswerRequest &request, const std::vector<uint32_t> &ids)
{
    Json other = Json::array();
    if (!request.messages.empty() && request.messages.front()["role"] == "system")
        other.push_back(request.messages.front());
    other.push_back({{"role", "user"}, {"content", "\xee\xa3\xbf"}});
    const auto rendered =
        renderPrompt(**file.tokenizer(), **templateOf(file, request), other, request.prompt);
    if (!rendered)
        return 0;
    const auto [end, ignored] =
        std::mismatch(ids.begin(), ids.end(), rendered->ids.begin(), rendered->ids.end());
    return uint32_t(end - ids.begin());
}

} // namespace

Result<Prompt> promptOf(const ModelFile &file, const AnswerRequest &request)
{
    Prompt prompt;
    if (!request.messages.is_null()) {
        LATHE_ASSIGN(const auto tokenizer, file.tokenizer());
        LATHE_ASSIGN(const auto chatTemplate, templateOf(file, request));
        return renderPrompt(*tokenizer, *chatTemplate, request.messages, request.prompt);
    }
    if (request.text) {
        LATHE_ASSIGN(const auto tokenizer, file.tokenizer());
        LATHE_ASSIGN(prompt.ids, tokenizer->encode(*request.text, Tokenizer::Special::Add));
        return prompt;
    }
    for (const uint32_t id : request.ids) {
        if (id >= file.config().vocabulary)
            return fail(Errc::BadInput, "ids",
                        std::to_string(id) + " is outside the vocabulary of " +
                            std::to_string(file.config().vocabulary) + " tokens",
                        "give ids of this model");
    }
    prompt.ids = request.ids;
    return prompt;
}

Result<Answer> answer(Session &session, const AnswerRequest &request, const GenerateEvents &events,
                      const TaskContext &task)
{
    const ModelFile &file = session.model().file();
    GenerateRequest generate;
    LATHE_ASSIGN(Prompt prompt, promptOf(file, request));
    generate.prompt = std::move(prompt.ids);
    generate.reasoning = prompt.reasoning;
    generate.reasoningBegin = prompt.reasoningBegin;
    Answer out;
    out.seed = request.seed ? *request.seed : newSeed();
    generate.sampler = request.sampler;
    generate.seed = out.seed;
    generate.maxTokens = request.maxTokens.value_or(UINT32_MAX);
    generate.stop = request.stops;
    generate.ignoreEos = request.ignoreEos;
    generate.overflow = request.overflow;
    generate.probabilities = request.candidates;
    if (request.overflow == Overflow::Shift && !request.messages.is_null())
        generate.keepFirst = keptTokens(file, request, generate.prompt);
    LATHE_ASSIGN(out.result, session.generate(generate, events, task));
    return out;
}

} // namespace lathe
