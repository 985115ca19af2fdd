// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/reasoning.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

/// DeepSeek-R1, Qwen 3, QwQ, SmolLM3 and others; Magistral; Seed-OSS.
constexpr std::array kKnown{
    ReasoningTags{"<think>", "</think>"},
    ReasoningTags{"[THINK]", "[/THINK]"},
    ReasoningTags{"<seed:think>", "</seed:think>"},
};

constexpr std::string_view kSpace = " \t\r\n";

/// The first character that is no white space, or the size.
size_t afterSpace(std::string_view text)
{
    return std::min(text.find_first_not_of(kSpace), text.size());
}

std::string_view withoutTrailingSpace(std::string_view text)
{
    return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

/// How many characters at the end of `text` may be the beginning of `tag`.
size_t heldFor(std::string_view tag, std::string_view text)
{
    for (size_t length = std::min(tag.size() - 1, text.size()); length > 0; --length) {
        if (text.ends_with(tag.substr(0, length)))
            return length;
    }
    return 0;
}

} // namespace

std::optional<ReasoningTags> reasoningTags(std::string_view templateSource)
{
    for (const ReasoningTags &tags : kKnown) {
        if (templateSource.find(tags.close) != templateSource.npos ||
            templateSource.find(tags.open) != templateSource.npos)
            return tags;
    }
    return std::nullopt;
}

bool opensReasoning(const ReasoningTags &tags, std::string_view prompt)
{
    return withoutTrailingSpace(prompt).ends_with(tags.open);
}

ReasoningStream::ReasoningStream(std::optional<ReasoningTags> tags, Begin begin)
    : m_tags(tags), m_state(!tags || begin == Begin::Answer ? State::Answer
                            : begin == Begin::Reasoning     ? State::Tag
                                                            : State::Undecided)
{
}

ReasoningStream::Parts ReasoningStream::add(std::string_view text)
{
    m_pending += text;
    Parts parts;
    while (step(parts)) {
    }
    return parts;
}

/// Goes on as far as one state goes; false: more text is needed.
bool ReasoningStream::step(Parts &parts)
{
    switch (m_state) {
    case State::Undecided:
        return takeOpening(State::Answer);
    case State::Tag: // a model may write the tag that its prompt has already
        m_pending.erase(0, afterSpace(m_pending));
        return takeOpening(State::Reasoning);
    case State::Reasoning:
        return takeReasoning(parts);
    case State::After:
        m_pending.erase(0, afterSpace(m_pending));
        if (!m_pending.empty())
            m_state = State::Answer;
        return !m_pending.empty();
    case State::Answer:
        parts.answer += m_pending;
        m_pending.clear();
        return false;
    }
    return false;
}

bool ReasoningStream::takeOpening(State otherwise)
{
    const std::string_view text = std::string_view(m_pending).substr(afterSpace(m_pending));
    if (m_tags->open.starts_with(text) && text.size() < m_tags->open.size())
        return false;
    if (text.starts_with(m_tags->open)) {
        m_pending.erase(0, m_pending.size() - text.size() + m_tags->open.size());
        m_state = State::Tag;
    } else {
        m_state = otherwise;
    }
    return true;
}

bool ReasoningStream::takeReasoning(Parts &parts)
{
    const std::string_view text = m_pending;
    const size_t close = text.find(m_tags->close);
    if (close != text.npos) {
        parts.reasoning += withoutTrailingSpace(text.substr(0, close));
        m_pending.erase(0, close + m_tags->close.size());
        m_closed = true;
        m_state = State::After;
        return true;
    }
    const std::string_view certain =
        withoutTrailingSpace(text.substr(0, text.size() - heldFor(m_tags->close, text)));
    parts.reasoning += certain;
    m_pending.erase(0, certain.size());
    return false;
}

ReasoningStream::Parts ReasoningStream::flush()
{
    Parts parts;
    (inReasoning() ? parts.reasoning : parts.answer) = std::move(m_pending);
    m_pending.clear();
    return parts;
}

} // namespace lathe
