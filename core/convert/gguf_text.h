// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/target_tensor.h"
#include "core/formats/gguf_writer.h"
#include "core/text/tokenizer.h"

namespace lathe {

/// The tokenizer of a folder as near as GGUF's keys come, for an embedding of `vocabulary` rows, and what
/// they make of it. Errors: it cannot be read, or GGUF has no names for it.
struct GgufTokenizer {
    TokenizerSpec spec;
    Tokenizer own;     ///< the folder's
    Tokenizer written; ///< as it is read from the GGUF file
};
Result<GgufTokenizer> ggufTokenizer(const std::filesystem::path &folder, uint32_t vocabulary);

/// Sets a folder's tokenizer and chat template as llama.cpp reads them, and keeps its files beside them
/// (kept.h). A folder without a tokenizer or template gives a file without. Losses: "tokenizer", one that
/// GGUF's keys do not give the same ids (the nearest is written, or none where they have no names for it);
/// "template", one that cannot be read.
Result<> setGgufText(const ConvertInput &input, Losses &losses, GgufWriter &writer);

} // namespace lathe
