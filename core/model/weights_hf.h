// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/hf_folder.h"
#include "core/model/config_hf.h"
#include "core/model/weights.h"

namespace lathe {

/// Matches the tensors of a folder against the architecture's rules: F32, F16 and BF16 rows are views of the
/// files, what lies there transposed, regrouped or in pieces gets a loader. The sources live as long as
/// `folder`. Errors name the tensor: missing, misshapen, of a type that is not read, a bias that the settings
/// do not have, or one that no rule knows.
Result<WeightTable> hfWeights(const HfFolder &folder, const HfConfig &config);

/// The weights that a config asks for, of its stored type and without data: for estimates.
WeightTable plannedHfWeights(const HfConfig &config);

/// Whether a tensor belongs to another part of a model for text and pictures, which the decoder does without.
bool isOtherPart(std::string_view tensor);

} // namespace lathe
