// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace lathe {

/// A tokenizer.json of Hugging Face's tokenizers (version 1.0): models BPE and Unigram, with the normalizers,
/// pre-tokenizers, post-processors and decoders of core/text/pipeline. `subject` is the file's name for
/// messages. The spec's model is "gpt2", "llama" or "unigram" as GGUF would name it, else "bpe"; its pre is
/// the name of the known pre-tokenizer that cuts the same, else "custom". Errors: no JSON, a part that is
/// wrong by its path ("model.merges[3] …"), a part that is not known as "unsupported: normalizer X".
Result<TokenizerSpec> tokenizerSpecFromJson(std::string_view json, const std::string &subject);

/// tokenizer_config.json or special_tokens_map.json on top of it: bos, eos, pad and, as a name only, unk,
/// where they are tokens of the vocabulary; add_bos_token and add_eos_token. The flags of added tokens are
/// those of tokenizer.json.
Result<> applyTokenizerConfig(TokenizerSpec &spec, std::string_view json, const std::string &subject);

/// The tokenizer of a model's folder: tokenizer.json and, where they are there, tokenizer_config.json,
/// special_tokens_map.json and the end tokens of generation_config.json (else of config.json). Errors: no
/// tokenizer.json (other formats by name), and those above.
Result<TokenizerSpec> tokenizerSpecFromFolder(const std::filesystem::path &folder);
Result<Tokenizer> tokenizerFromFolder(const std::filesystem::path &folder);

/// The chat template of a model's folder: chat_template.jinja, else chat_template of tokenizer_config.json (a
/// text, or the one named "default" of a list). Nothing where there is none. `subject` names where it stood.
struct FolderTemplate {
    std::string source;
    std::string subject;
};
Result<std::optional<FolderTemplate>> chatTemplateFromFolder(const std::filesystem::path &folder);

} // namespace lathe
