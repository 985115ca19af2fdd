// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// y_i = x[index_i]: picks the rows whose logits are wanted.
/// in: x (tokens, K); index I32 (outputs, 1). out: y (outputs, K)
struct GatherRowsParams {
    uint32_t reserved = 0;
};

extern const OpDef kGatherRowsOp;

} // namespace lathe
