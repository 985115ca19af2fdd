// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/gguf.h"
#include "core/model/architecture.h"
#include "core/model/weights.h"

namespace lathe {

/// A model's config and weights as a GGUF file gives them.
struct GgufModel {
    ModelConfig config;
    WeightTable weights;
};

/// Errors name the key or tensor: unsupported architecture, scaling or tensor; sizes that are missing, zero,
/// over their limits or not consistent; a tensor that is missing or misshapen.
Result<GgufModel> readGgufModel(const GgufFile &file);

} // namespace lathe
