// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// y = (x − mean(x)) / √(var(x) + eps) ⊙ g + b, biased variance (Ba et al. 2016).
/// in: x (rows, K); g (1, K); b (1, K). out: y (rows, K)
struct LayerNormParams {
    float eps = 1e-5f;
};

extern const OpDef kLayerNormOp;

} // namespace lathe
