// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/target_tensor.h"

#include <filesystem>

namespace lathe {

/// Writes config.json, generation_config.json, the tokenizer's files and the chat template of a GGUF file
/// into `folder`: those that the file keeps of the folder that it came from, as far as they still say the
/// same as its own keys, else new ones. Losses: "tokenizer", one that a tokenizer.json does not give the same
/// ids (the nearest is written, or none).
Result<> writeFolderText(const ConvertInput &input, const std::filesystem::path &folder, Losses &losses);

} // namespace lathe
