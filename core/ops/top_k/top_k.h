// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// The k largest elements of each row in descending order; among equals the smaller index first.
/// in: x (rows, K). out: values F32 (rows, k); indices I32 (rows, k)
struct TopKParams {
    uint32_t k = 1; ///< 1…64
};

extern const OpDef kTopKOp;

} // namespace lathe
