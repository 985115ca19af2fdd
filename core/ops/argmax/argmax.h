// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// Index of the largest element of each row; the smallest index among equals. in: x (rows, K). out: i I32
/// (rows, 1)
struct ArgmaxParams {
    uint32_t reserved = 0;
};

extern const OpDef kArgmaxOp;

} // namespace lathe
