// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/text/token_map.h"
#include "core/text/tokenizer_spec.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// Where in a text a stretch without special tokens stands.
struct Section {
    bool startsText = true;      ///< it is the first of the text
    bool readsSpellings = false; ///< spellings of special tokens that are matched in normalized text are read
};

/// What a kind of vocabulary does with text that holds no special token. Tokenizer owns one, and the spec and
/// the map that it was made from, which outlive it.
class TokenModel
{
public:
    virtual ~TokenModel() = default;

    /// Appends the ids of `text`, any bytes, to `out`. Errors: a character that it cannot express.
    virtual Result<> encode(std::string_view text, const Section &section,
                            std::vector<uint32_t> &out) const = 0;

    /// Whether Section::readsSpellings changes anything.
    virtual bool readsNormalizedSpellings() const { return false; }

    /// The bytes that token `id` (in the vocabulary, not special) stands for.
    virtual std::string bytesOf(uint32_t id) const = 0;

    /// What matches the spelling of user-defined token `id` in a raw text.
    virtual std::string textOfUserDefined(const std::string &spelling) const { return spelling; }

    virtual bool addsBosByDefault() const = 0;
    /// Whether encode() puts a space before its text.
    virtual bool addsSpacePrefix() const = 0;
};

/// A spec whose lists have been checked for length and range; `subject` is for messages.
struct TokenModelInput {
    const TokenizerSpec &spec;
    const TokenMap &tokens;
    const std::string &subject;
};

Result<std::unique_ptr<TokenModel>> createByteBpe(const TokenModelInput &input);
Result<std::unique_ptr<TokenModel>> createSentencePiece(const TokenModelInput &input);
/// For a spec with a pipeline.
Result<std::unique_ptr<TokenModel>> createPipelineModel(const TokenModelInput &input);

inline TokenType tokenType(const TokenizerSpec &spec, uint32_t id)
{
    return spec.types.empty() ? TokenType::Normal : TokenType(spec.types[id]);
}

/// Whether plain text may give `id` by merging.
inline bool isPlainToken(const TokenizerSpec &spec, uint32_t id)
{
    const TokenType type = tokenType(spec, id);
    return type == TokenType::Normal || type == TokenType::Unused;
}

} // namespace lathe
