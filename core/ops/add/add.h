// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// y = a + b; b may be one row, which is added to each row of a.
/// in: a (rows, K); b (rows or 1, K). out: y (rows, K)
struct AddParams {
    uint32_t broadcast = 0; ///< 1: b has one row
};

extern const OpDef kAddOp;

} // namespace lathe
