// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// y = x / √(mean(x²) + eps) ⊙ g (Zhang & Sennrich 2019).
/// in: x (rows, K); g (1, K). out: y (rows, K)
struct RmsNormParams {
    float eps = 1e-5f;
};

extern const OpDef kRmsNormOp;

} // namespace lathe
