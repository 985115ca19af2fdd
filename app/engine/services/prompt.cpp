// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/prompt.h"

#include "core/base/bytes.h"

#include <cstdio>

namespace lathe {

using Json = nlohmann::ordered_json;

namespace {

/// Not in any text: from the private use area.
constexpr const char *kMark = "\xee\xa3\xbf";

Result<> checkMessages(const Json &messages)
{
    constexpr const char *kRemedy = "give a list of objects with the strings role and content";
    if (!messages.is_array())
        return fail(Errc::BadInput, "messages", "is not a list", kRemedy);
    for (const Json &message : messages) {
        const bool role = message.is_object() && message.contains("role") && message["role"].is_string();
        const auto content = message.find("content");
        const bool empty = content == message.end() || content->is_null();
        // An answer that only calls tools has no text.
        const bool holds = role && (empty ? message.contains("tool_calls") : content->is_string());
        if (!holds)
            return fail(Errc::BadInput, "messages", "has an entry without role and content", kRemedy);
    }
    return {};
}

ChatTemplate::Options templateOptions(const Tokenizer &tokenizer, bool generationPrompt)
{
    ChatTemplate::Options options;
    options.addGenerationPrompt = generationPrompt;
    if (tokenizer.bos())
        options.bosToken = tokenizer.spelling(*tokenizer.bos());
    if (tokenizer.eos())
        options.eosToken = tokenizer.spelling(*tokenizer.eos());
    return options;
}

std::string lastText(const Json &messages, const char *key)
{
    const auto found = messages.back().find(key);
    return found != messages.back().end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool isBlank(const std::string &text)
{
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

/// An answer that was cut off inside its reasoning: templates show it as finished, or not at all.
bool continuesReasoning(const Json &messages)
{
    return !messages.empty() && messages.back()["role"] == "assistant" &&
           isBlank(lastText(messages, "content")) && !isBlank(lastText(messages, "reasoning_content"));
}

/// Cuts off what the template puts after the last message's text (its end of turn).
Result<> endAtLastContent(std::vector<ChatTemplate::Segment> &segments, const Json &messages)
{
    if (messages.empty() || messages.back()["role"] != "assistant")
        return fail(Errc::BadInput, "messages", "does not end with an answer to continue",
                    "end it with an assistant's message");
    size_t last = segments.size();
    while (last > 0 && !segments[last - 1].fromContent)
        --last;
    const std::string content = lastText(messages, "content");
    const std::string shown = last > 0 ? segments[last - 1].text : std::string();
    const size_t end = content.find_last_not_of(" \t\r\n");
    const std::string trimmed = content.substr(0, end == std::string::npos ? 0 : end + 1);
    if (trimmed.empty() || shown.find(trimmed) == std::string::npos)
        return fail(Errc::BadInput, "messages", "its last answer is not shown by the chat template",
                    "regenerate the answer instead of continuing it");
    segments.resize(last);
    return {};
}

std::string joined(const std::vector<ChatTemplate::Segment> &segments)
{
    std::string text;
    for (const ChatTemplate::Segment &segment : segments)
        text += segment.text;
    return text;
}

/// Whether the template itself opened the reasoning of the answer.
bool opened(const std::vector<ChatTemplate::Segment> &segments, const std::optional<ReasoningTags> &tags)
{
    return tags && !segments.empty() && !segments.back().fromContent &&
           opensReasoning(*tags, segments.back().text);
}

/// The conversation up to the reasoning of its last answer.
Result<std::vector<ChatTemplate::Segment>> unfinishedReasoning(const Tokenizer &tokenizer,
                                                               const ChatTemplate &chatTemplate,
                                                               const Json &messages,
                                                               const ReasoningTags &tags)
{
    Json before = messages;
    before.erase(before.size() - 1);
    LATHE_ASSIGN(std::vector<ChatTemplate::Segment> segments,
                 chatTemplate.renderSegments(before, templateOptions(tokenizer, true)));
    if (!opened(segments, tags))
        segments.push_back({std::string(tags.open) + "\n", false});
    segments.push_back({lastText(messages, "reasoning_content"), true});
    return segments;
}

} // namespace

Result<Prompt> renderPrompt(const Tokenizer &tokenizer, const ChatTemplate &chatTemplate,
                            const Json &messages, const PromptOptions &options)
{
    LATHE_TRY(checkMessages(messages));
    Prompt prompt;
    prompt.reasoning = reasoningTags(chatTemplate.source());
    std::vector<ChatTemplate::Segment> segments;
    if (options.continueLast && prompt.reasoning && continuesReasoning(messages)) {
        LATHE_ASSIGN(segments, unfinishedReasoning(tokenizer, chatTemplate, messages, *prompt.reasoning));
        prompt.reasoningBegin = ReasoningStream::Begin::Reasoning;
    } else {
        const bool generationPrompt = options.generationPrompt && !options.continueLast;
        LATHE_ASSIGN(segments,
                     chatTemplate.renderSegments(messages, templateOptions(tokenizer, generationPrompt)));
        if (options.continueLast) {
            LATHE_TRY(endAtLastContent(segments, messages));
            prompt.reasoningBegin = ReasoningStream::Begin::Answer;
        } else if (opened(segments, prompt.reasoning)) {
            prompt.reasoningBegin = ReasoningStream::Begin::Reasoning;
        }
    }
    prompt.text = joined(segments);
    std::vector<Tokenizer::TextPart> parts;
    if (options.plainContent) {
        for (const ChatTemplate::Segment &segment : segments)
            parts.push_back({segment.text, segment.fromContent});
    } else {
        parts.push_back({prompt.text, false});
    }
    LATHE_ASSIGN(prompt.ids, tokenizer.encode(parts, Tokenizer::Special::Read));
    return prompt;
}

std::string defaultSystemPrompt(const Tokenizer &tokenizer, const ChatTemplate &chatTemplate)
{
    // The text with a system message of a mark shows where it would stand; the text without one has the
    // default there.
    const Json user{{"role", "user"}, {"content", "x"}};
    const Json system{{"role", "system"}, {"content", kMark}};
    const auto options = templateOptions(tokenizer, false);
    const auto without = chatTemplate.render(Json::array({user}), options);
    const auto with = chatTemplate.render(Json::array({system, user}), options);
    if (!without || !with)
        return {};
    const size_t mark = with->find(kMark);
    if (mark == std::string::npos)
        return {};
    const std::string before = with->substr(0, mark),
                      after = with->substr(mark + std::string_view(kMark).size());
    if (without->size() < before.size() + after.size() || !without->starts_with(before) ||
        !without->ends_with(after))
        return {};
    return without->substr(mark, without->size() - before.size() - after.size());
}

std::vector<std::string> tokenPieces(const Tokenizer &tokenizer, std::span<const uint32_t> ids)
{
    std::vector<std::string> pieces;
    for (const uint32_t id : ids) {
        const std::string bytes = tokenizer.piece(id);
        if (isValidUtf8(bytes)) {
            pieces.push_back(bytes);
            continue;
        }
        std::string shown;
        for (const char byte : bytes) {
            char hex[8];
            std::snprintf(hex, sizeof hex, "<0x%02X>", unsigned(static_cast<unsigned char>(byte)));
            shown += hex;
        }
        pieces.push_back(std::move(shown));
    }
    return pieces;
}

} // namespace lathe
