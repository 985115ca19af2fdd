// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer_spec.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// Text ⇄ token ids, as transformers does it. A handle to an immutable vocabulary: cheap to copy, safe to use
/// from several threads at once.
///
/// Special tokens are the control, unknown and user-defined entries of the vocabulary. Where their spellings
/// are read, the leftmost one wins, of those that start at one place the longest. Where they are not read, a
/// text never gives a special token, but for the unknown one where it stands for characters that the
/// vocabulary lacks; user-defined tokens that are all white space (GPT-NeoX's runs of spaces) are ordinary
/// vocabulary and are matched everywhere.
class Tokenizer
{
public:
    enum class Special {
        Add,   ///< read spellings of special tokens, add BOS and EOS where the settings say so
        Read,  ///< read spellings, add none (--no-special)
        Plain, ///< all text is plain, add none (--plain)
    };

    /// A stretch of a text. In a plain one (a message's content under --plain-content) no spelling is read,
    /// and no spelling is read across its borders; otherwise neighbouring parts are encoded as one running
    /// text.
    struct TextPart {
        std::string_view text;
        bool plain = false;
    };

    struct DecodeOptions {
        bool skipSpecial =
            false; ///< leave out control and unknown tokens (transformers' skip_special_tokens)
    };

    /// Checks `spec` and builds the look-up tables. `subject` is the file's name for messages. Errors: an
    /// unknown model or pre-tokenizer ("unsupported: …"), lists of different lengths, an id outside the
    /// vocabulary, a repeated token, a merge of unknown tokens, a score that is no number, and the like.
    static Result<Tokenizer> create(TokenizerSpec spec, std::string subject);

    /// Ids of any bytes: malformed UTF-8 gives byte tokens. As in transformers, byte-level BPE leaves out
    /// bytes that its vocabulary has no token for, and SentencePiece gives its unknown token for a run of
    /// characters that have neither token nor byte tokens. Errors: no unknown token there; a text over 1 GiB.
    Result<std::vector<uint32_t>> encode(std::string_view text, Special special) const;
    Result<std::vector<uint32_t>> encode(std::span<const TextPart> parts, Special special) const;

    /// The bytes that `ids` stand for, as in transformers' decode, but malformed UTF-8 stays as it is.
    /// Special tokens give their spelling unless skipped. The one space that a SentencePiece vocabulary puts
    /// before a text (spec.addSpacePrefix) is taken off again when the result begins with it; a '▁' of the
    /// text has become a space. Ids outside the vocabulary give nothing: see contains().
    std::string decode(std::span<const uint32_t> ids, DecodeOptions options) const;
    std::string decode(std::span<const uint32_t> ids) const { return decode(ids, DecodeOptions()); }

    /// The bytes one token adds to a running text: its spelling for a special token, with no space taken off.
    std::string piece(uint32_t id) const;

    uint32_t size() const;
    bool contains(uint32_t id) const { return id < size(); }
    /// As the vocabulary spells it ("Ġworld", "▁world", "<0x0A>").
    std::string_view spelling(uint32_t id) const;
    std::optional<uint32_t> idOf(std::string_view spelling) const;
    TokenType type(uint32_t id) const;
    /// Whether `id` is a control or unknown token: never shown as text.
    bool isSpecial(uint32_t id) const;
    /// EOS, end of turn, end of message, and special tokens with a well-known spelling of those.
    bool isEndOfGeneration(uint32_t id) const;

    std::optional<uint32_t> bos() const;
    std::optional<uint32_t> eos() const;
    std::optional<uint32_t> unk() const;
    std::optional<uint32_t> pad() const;
    bool addsBos() const;
    bool addsEos() const;
    bool addsSpacePrefix() const;
    /// "gpt2" or "llama", and the pre-tokenizer's name ("default" where the file names none).
    const std::string &modelName() const;
    const std::string &preTokenizerName() const;

private:
    struct Data;
    explicit Tokenizer(std::shared_ptr<const Data> data) : m_data(std::move(data)) {}

    std::shared_ptr<const Data> m_data;
};

} // namespace lathe
