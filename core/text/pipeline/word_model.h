// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/pipeline/text_pipeline.h"
#include "core/text/token_model.h"

#include <memory>
#include <string_view>
#include <vector>

namespace lathe {

/// Turns words into ids.
class WordModel
{
public:
    virtual ~WordModel() = default;

    /// Appends the ids of the words in `words` to `out`. Errors: a character that has no token.
    virtual Result<> encode(const Words &words, std::vector<uint32_t> &out) const = 0;
};

/// Byte-pair encoding over characters as Hugging Face's tokenizers has it.
Result<std::unique_ptr<WordModel>> createBpeWords(const TokenModelInput &input, const TextPipeline &pipeline);
/// The most probable segmentation (Kudo 2018, "Subword Regularization", section 3.1).
Result<std::unique_ptr<WordModel>> createUnigramWords(const TokenModelInput &input,
                                                      const TextPipeline &pipeline);

/// The ids of the tokens "<0x00>" … "<0xFF>"; kNoToken where one lacks.
constexpr uint32_t kNoToken = UINT32_MAX;
std::vector<uint32_t> byteTokens(const TokenMap &tokens);

/// Whether a word may give `id`: no special token, and a user's one only where it is all white space.
bool isWordToken(const TokenizerSpec &spec, uint32_t id);

} // namespace lathe
