// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/pipeline/json_place.h"
#include "core/text/pipeline/text_pipeline.h"
#include "core/text/token_map.h"
#include "core/text/tokenizer_spec.h"

#include <map>
#include <optional>
#include <string>

namespace lathe {

/// Fills the lists of a spec and its pipeline from a tokenizer.json; one of them, on the way.
class VocabularyReader
{
public:
    VocabularyReader(TokenizerSpec &spec, TextPipeline &pipeline) : m_spec(spec), m_pipeline(pipeline) {}

    /// The "model": vocabulary, merges, probabilities, the unknown token. Errors: "unsupported: tokenizer
    /// model …" and settings of that kind; ids that repeat or leave big holes; a merge of unknown tokens.
    Result<> readModel(const JsonPlace &model);
    /// One of "added_tokens". An empty one is ignored. Errors: an id or a content that is another token's.
    Result<> addToken(const JsonPlace &token, uint32_t id);

    std::optional<uint32_t> idOf(const std::string &spelling) const;

private:
    Result<> readBpe(const JsonPlace &model);
    Result<> readUnigram(const JsonPlace &model);
    Result<> readMerges(const JsonPlace &list);
    Result<> readMerge(const JsonPlace &merge);
    Result<> finishVocabulary(const JsonPlace &vocabulary);
    Result<> place(const JsonPlace &where, uint32_t id, const std::string &spelling, size_t idLimit);
    void setUnknown(uint32_t id);

    TokenizerSpec &m_spec;
    TextPipeline &m_pipeline;
    std::optional<TokenMap> m_ids;           ///< of the model's vocabulary
    std::map<std::string, uint32_t> m_added; ///< those that it lacks
};

} // namespace lathe
