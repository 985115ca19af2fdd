// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/text/chat_template.h"
#include "core/text/reasoning.h"
#include "core/text/tokenizer.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace lathe {

struct PromptOptions {
    bool plainContent = false;    ///< spellings of special tokens in messages are text
    bool generationPrompt = true; ///< the template's beginning of an answer comes last
    /// The last message is an unfinished answer: nothing comes after its text, or, where it has none yet,
    /// after its reasoning_content.
    bool continueLast = false;
};

/// A conversation as the model reads it.
struct Prompt {
    std::string text;
    std::vector<uint32_t> ids; ///< no BOS beyond the template's
    /// The tags that the template marks reasoning with, and where the answer to this prompt begins.
    std::optional<ReasoningTags> reasoning;
    ReasoningStream::Begin reasoningBegin = ReasoningStream::Begin::Undecided;
};

/// Errors: `messages` is no list of objects with strings role and content, or the template's and the
/// tokenizer's.
Result<Prompt> renderPrompt(const Tokenizer &tokenizer, const ChatTemplate &chatTemplate,
                            const nlohmann::ordered_json &messages, const PromptOptions &options);

/// The system prompt that the template puts where a conversation has none; empty if it puts none.
std::string defaultSystemPrompt(const Tokenizer &tokenizer, const ChatTemplate &chatTemplate);

/// What each id stands for, as text for people: bytes that are no UTF-8 become <0xNN>.
std::vector<std::string> tokenPieces(const Tokenizer &tokenizer, std::span<const uint32_t> ids);

} // namespace lathe
