// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// y = x / √(mean(x²) + eps) ⊙ g (Zhang & Sennrich 2019).
/// in: x (rows, n·K); g (1, K). out: y (rows, n·K): each group of K columns for itself (n heads; most often
/// n = 1)
struct RmsNormParams {
    float eps = 1e-5f;
};

extern const OpDef kRmsNormOp;

} // namespace lathe
