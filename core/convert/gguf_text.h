// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/target_tensor.h"
#include "core/formats/gguf_writer.h"

namespace lathe {

/// Sets a folder's tokenizer and chat template as llama.cpp reads them, and keeps its files beside them
/// (kept.h). A folder without a tokenizer or template gives a file without. Losses: "tokenizer", one that
/// GGUF's keys do not give the same ids; "template", one that cannot be read.
Result<> setGgufText(const ConvertInput &input, Losses &losses, GgufWriter &writer);

} // namespace lathe
