// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/lora_file.h"

#include <map>

namespace lathe {

/// What an adapter says without its model.
struct AdapterInspection {
    std::shared_ptr<const LoraFile> file;
    uint64_t rank = 0;       ///< the largest
    uint64_t parameters = 0; ///< of all its matrices: what was trained
    uint64_t bytes = 0;      ///< of their data
    /// How many matrices of the model it adapts, by what they are: "q_proj", or "attn_q" in a GGUF file.
    std::map<std::string, uint64_t> targets;
};

/// Errors: those of LoraFile::open.
Result<AdapterInspection> inspectAdapter(const std::filesystem::path &path);

} // namespace lathe
