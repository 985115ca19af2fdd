// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/gguf.h"
#include "core/model/architecture.h"
#include "core/model/weights.h"

namespace lathe {

/// Matches the tensors of a file against the architecture's rules. Fills what of the config follows from
/// tensors: `tied`, the factors of the rotary frequencies. Errors name the tensor: missing, misshapen, of
/// integers, or one that no rule knows.
Result<WeightTable> ggufWeights(const GgufFile &file, const Architecture &architecture, ModelConfig &config);

} // namespace lathe
