// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// y = softmax(scale · x) along each row, the maximum subtracted first. in: x (rows, K). out: y (rows, K)
struct SoftmaxParams {
    float scale = 1;
};

extern const OpDef kSoftmaxOp;

} // namespace lathe
