// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/model/config.h"

namespace lathe {

/// Rotary settings of the old key style or of the family's defaults.
struct HfRopeDefaults {
    double theta = 10000;
    double localTheta = 0; ///< of layers with a window; 0: as all layers
    double share = 1;      ///< of a head's columns that turn
};

/// Fills config.rope (and config.localRope, where layers with a window turn by another base) from
/// `rope_parameters`, which may have one object per kind of layer, or from `rope_scaling`. hidden, headDim,
/// contextTrained and the layers' windows must be there. Errors: a scaling other than default, linear,
/// llama3, yarn and longrope ("unsupported: rope scaling …"), a setting that is missing.
Result<> readHfRope(const JsonObject &json, const HfRopeDefaults &defaults, ModelConfig &config);

} // namespace lathe
