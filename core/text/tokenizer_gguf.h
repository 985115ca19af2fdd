// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/formats/gguf.h"
#include "core/text/tokenizer.h"

namespace lathe {

/// The tokenizer.ggml.* keys of `file`. Errors name file and key: no tokenizer there, a value of the wrong
/// type, an id or a token type that does not fit its 32 bits. What the values mean is checked by
/// Tokenizer::create.
Result<TokenizerSpec> tokenizerSpecFromGguf(const GgufFile &file);

/// Both steps. A file whose tokenizer is missing or broken gives an error here and stays usable otherwise.
Result<Tokenizer> tokenizerFromGguf(const GgufFile &file);

} // namespace lathe
