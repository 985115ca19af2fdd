// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace lathe {

/// A model's chat template: Jinja as transformers' apply_chat_template renders it (trim_blocks,
/// lstrip_blocks, loop controls, {% generation %}, an immutable sandbox), by an engine of our own in
/// core/text/jinja. A rendering is bounded in steps, depth, memory and output (jinja/budget.h), whatever the
/// template. Immutable after parse; may be used by several threads at once.
class ChatTemplate
{
public:
    /// `subject` names the template in errors (the model file, or the file given). Errors: "Line 12: unknown
    /// filter ‘foo’".
    static Result<ChatTemplate> parse(std::string source, std::string subject);

    struct Options {
        bool addGenerationPrompt = true;
        std::string bosToken;
        std::string eosToken;
        nlohmann::ordered_json tools; ///< as in the OpenAI format; null: none
        nlohmann::ordered_json
            extra; ///< an object of further variables (enable_thinking, documents, …), or null
        /// What strftime_now shows, in local time. Nothing: the system's clock.
        std::optional<std::chrono::system_clock::time_point> now;
    };

    /// The text of a conversation. `messages`: a list of objects with role and content. Errors name the line,
    /// and carry the text of the template's own raise_exception.
    Result<std::string> render(const nlohmann::ordered_json &messages, const Options &options) const;

    /// A stretch of the rendered text. `fromContent`: it stood in a message (any string in it but the role),
    /// so that spellings of special tokens in it can be read as plain text. Neighbours differ in
    /// `fromContent`.
    struct Segment {
        std::string text;
        bool fromContent = false;
        bool operator==(const Segment &) const = default;
    };
    /// render(), cut by where the bytes come from; the segments joined are render()'s text. The marks survive
    /// what templates do with content: joining, trimming, splitting, slicing, replacing, change of case,
    /// tojson. Read the ids of the whole from the joined text, with special tokens only where no segment is
    /// fromContent.
    Result<std::vector<Segment>> renderSegments(const nlohmann::ordered_json &messages,
                                                const Options &options) const;

    const std::string &source() const;

private:
    struct State;
    explicit ChatTemplate(std::shared_ptr<const State> state) : m_state(std::move(state)) {}

    std::shared_ptr<const State> m_state;
};

} // namespace lathe
