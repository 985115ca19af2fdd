// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/lora_file.h"
#include "core/model/model_file.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lathe {

/// A weight that a target of an adapter is, or is a part of.
struct AdapterTarget {
    uint32_t weight = 0;
    /// By row of the weight, the row of the target's outputs.
    std::vector<uint32_t> rows;
    uint64_t outputs = 0; ///< of the target
};

/// The linear layers of a model by the names that adapter files of a kind have for them. Fused tensors (q, k
/// and v in one) have several weights.
std::multimap<std::string, AdapterTarget> adapterTargets(const ModelFile &model, LoraFile::Kind kind);

} // namespace lathe
