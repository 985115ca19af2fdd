// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/formats/gguf_writer.h"
#include "core/text/tokenizer_spec.h"

#include <string>

namespace lathe {

/// Sets the tokenizer.ggml.* keys of a spec from either kind of file. An id that stands for nothing is
/// spelled
/// "[PAD<id>]". Errors: what GGUF cannot name, as "unsupported: …" (a pipeline whose spec has the model "bpe"
/// or "unigram", or the pre-tokenizer "custom"); `subject` is the source's name for messages.
Result<> setGgufTokenizer(const TokenizerSpec &spec, const std::string &subject, GgufWriter &writer);

/// A tokenizer.json that gives the ids of a GGUF's tokenizer. "llama": the merges are every way to cut a
/// piece in two pieces, in order of its score, as transformers converts SentencePiece. Errors: a spec with a
/// pipeline (its file is to be copied), a token that is no UTF-8, "unsupported: remove_extra_whitespaces".
Result<std::string> tokenizerJsonFromSpec(const TokenizerSpec &spec, const std::string &subject);

/// The tokenizer_config.json beside it: the named special tokens, what is added to a text.
std::string tokenizerConfigFromSpec(const TokenizerSpec &spec);

} // namespace lathe
