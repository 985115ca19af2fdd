// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lathe {

/// What a vocabulary entry is, as GGUF numbers it (tokenizer.ggml.token_type).
enum class TokenType : int32_t {
    Normal = 1,
    Unknown = 2,     ///< stands for text that has no token
    Control = 3,     ///< BOS, EOS, turn marks: never part of plain text
    UserDefined = 4, ///< added after training, matched before everything else
    Unused = 5,
    Byte = 6, ///< spelled "<0xNN>", stands for that byte (SentencePiece)
};

/// More tokens or merges than any vocabulary has, and longer ones: a broken file.
constexpr uint64_t kTokenLimit = uint64_t(1) << 21;
constexpr uint64_t kTokenBytesLimit = uint64_t(1) << 14;        ///< of one token
constexpr uint64_t kVocabularyBytesLimit = uint64_t(128) << 20; ///< of all tokens, or all merges

/// A token that is found in a text before it is cut into words, as tokenizer.json describes it.
struct AddedToken {
    uint32_t id = 0;
    std::string content;
    bool singleWord = false; ///< only where no letter or digit stands beside it
    bool lstrip = false;     ///< takes the white space before it
    bool rstrip = false;     ///< takes the white space after it
    bool normalized = false; ///< matched in normalized text
    bool special = false;    ///< never part of plain text
};

struct TextPipeline; // core/text/pipeline/text_pipeline.h

/// A tokenizer as GGUF metadata describes it; Tokenizer::create checks it. The field's metadata key, below
/// "tokenizer.ggml.", stands beside each one.
struct TokenizerSpec {
    std::string model;               ///< model: "gpt2" (byte-level BPE) or "llama" (SentencePiece BPE)
    std::string pre;                 ///< pre: pre-tokenizer of byte-level BPE; empty means "default"
    std::vector<std::string> tokens; ///< tokens: spelling by id
    std::vector<float> scores;       ///< scores: by id, empty or one per token; "llama" needs them
    std::vector<int32_t> types;      ///< token_type: by id, empty (all normal) or one per token
    std::vector<std::string> merges; ///< merges: "left right" in order of rank; "gpt2" needs them

    std::optional<uint32_t> bos; ///< bos_token_id
    std::optional<uint32_t> eos; ///< eos_token_id
    std::optional<uint32_t> eot; ///< eot_token_id: end of turn
    std::optional<uint32_t> eom; ///< eom_token_id: end of message
    std::optional<uint32_t> unk; ///< unknown_token_id
    std::optional<uint32_t> pad; ///< padding_token_id

    std::optional<bool> addBos;          ///< add_bos_token; unset: true for "llama" and the Llama 3 family
    std::optional<bool> addEos;          ///< add_eos_token; unset: false
    std::optional<bool> addSpacePrefix;  ///< add_space_prefix; unset: true for "llama"; "gpt2" ignores it
    bool removeExtraWhitespaces = false; ///< remove_extra_whitespaces ("llama" only)

    // What tokenizer.json has beyond GGUF (tokenizer_json.h). With a pipeline, `model` and `pre` only say how
    // GGUF would name the tokenizer ("unigram", "custom" where it has no name), and `merges`, `scores` and
    // `addSpacePrefix` only what it would hold.
    std::shared_ptr<const TextPipeline> pipeline; ///< null: a GGUF's tokenizer
    std::vector<AddedToken> added;
    std::vector<uint32_t> prefix; ///< the ids that go before a text, BOS among them
    std::vector<uint32_t> suffix; ///< and after it
    std::vector<uint32_t> ends;   ///< further ids that end a generation (generation_config.json)
};

/// Whether the lists have one length, types are known, and ids lie in the vocabulary. `subject` is the file's
/// name for messages.
Result<> checkTokenizerSpec(const TokenizerSpec &spec, const std::string &subject);

} // namespace lathe
