// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/services/prompt.h"
#include "core/generate/session.h"
#include "core/model/model_file.h"

namespace lathe {

/// What a user asks a model: a conversation, a plain text, or ids.
struct AnswerRequest {
    nlohmann::ordered_json messages; ///< null: text or ids instead
    std::optional<std::string> text; ///< as it stands, with BOS where the tokenizer adds it
    std::vector<uint32_t> ids;
    PromptOptions prompt;
    std::shared_ptr<const ChatTemplate> chatTemplate; ///< null: the model's own
    SamplerSettings sampler;
    std::optional<uint64_t> seed; ///< nothing: a new one
    std::optional<uint32_t> maxTokens;
    std::vector<std::string> stops;
    bool ignoreEos = false;
    Overflow overflow = Overflow::Stop;
    uint32_t candidates = 0;
};

struct Answer {
    uint64_t seed = 0; ///< the one that was used
    GenerateResult result;
};

/// What a request feeds; only a conversation has a text and reasoning tags. Errors: no usable tokenizer or
/// template, an id outside the vocabulary.
Result<Prompt> promptOf(const ModelFile &file, const AnswerRequest &request);

/// Renders and generates. The settings are checked before anything is computed.
Result<Answer> answer(Session &session, const AnswerRequest &request, const GenerateEvents &events,
                      const TaskContext &task);

} // namespace lathe
