// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lathe {

/// How a model marks the part of an answer that is its thinking.
struct ReasoningTags {
    std::string_view open;
    std::string_view close;
};

/// The tags that a chat template knows; nothing where it knows none: then such spellings are plain text.
std::optional<ReasoningTags> reasoningTags(std::string_view templateSource);

/// Whether a prompt ends with the opening tag, so that the answer begins inside its reasoning.
bool opensReasoning(const ReasoningTags &tags, std::string_view prompt);

/// Parts the text of an answer into reasoning and answer while it comes. The reasoning stands at the
/// beginning: an opening tag is one only before anything else, so an answer may speak of tags. White space
/// around both tags belongs to neither part. Without tags all is answer.
class ReasoningStream
{
public:
    enum class Begin {
        Undecided, ///< the text may begin with the opening tag
        Reasoning, ///< the prompt opened it
        Answer,    ///< an answer that is gone on with
    };

    explicit ReasoningStream(std::optional<ReasoningTags> tags = {}, Begin begin = Begin::Undecided);

    struct Parts {
        std::string reasoning;
        std::string answer;
    };

    /// What is certain now; a possible beginning of a tag, and white space before it, is held back.
    Parts add(std::string_view text);
    /// What was held back, at the end of the answer.
    Parts flush();

    bool inReasoning() const { return m_state == State::Tag || m_state == State::Reasoning; }
    /// The closing tag was found.
    bool closed() const { return m_closed; }

private:
    enum class State {
        Undecided,
        Tag,       ///< inside the reasoning, of which nothing but white space and a tag has come
        Reasoning, ///< inside its text
        After,     ///< behind the closing tag, where nothing but white space has come
        Answer,
    };

    bool step(Parts &parts);
    bool takeOpening(State otherwise);
    bool takeReasoning(Parts &parts);

    std::optional<ReasoningTags> m_tags;
    State m_state;
    bool m_closed = false;
    std::string m_pending;
};

} // namespace lathe
