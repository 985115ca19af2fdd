// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/model_options.h"
#include "app/engine/services/chat_service.h"

namespace lathe::cli {

/// Where the reasoning part of an answer is printed.
enum class ShowReasoning : uint8_t {
    AtTerminal, ///< dimmed, where the output is a terminal
    Always,     ///< elsewhere between <think> and </think>
    Never,
};

/// The options of `lathe chat`.
struct ChatOptions {
    ModelOptions model;
    std::optional<std::string> prompt;
    std::optional<std::string> system;
    std::string messages, ids, templateFile;
    uint32_t maxTokens = 512; ///< 0: as many as fit
    SamplerSettings sampler;  ///< of it the two penalties and the window; the rest follows
    /// Nothing: as the model's makers ask, else Lathe's own default.
    std::optional<double> temperature, topP, minP, typicalP;
    std::optional<int32_t> topK;
    std::optional<double> repeatPenalty; ///< nothing and temperature 0: off, so that it is greedy
    std::vector<std::string> stops;
    bool ignoreEos = false;
    bool plainContent = false;
    bool shift = false;
    ShowReasoning reasoning = ShowReasoning::AtTerminal;
};

void addChatOptions(CLI::App &app, ChatOptions &options);

/// What the options say, on top of what the model's makers ask for, on top of Lathe's defaults.
SamplerSettings samplerOf(const ChatOptions &options, const std::optional<SamplerSettings> &makers);

/// What is asked once (--prompt, --messages or --ids); nothing: an interactive chat.
Result<std::optional<AnswerRequest>> singleRequest(const ChatOptions &options, const CommonOptions &common);
/// The settings without a question.
Result<AnswerRequest> emptyRequest(const ChatOptions &options, const CommonOptions &common);

} // namespace lathe::cli
