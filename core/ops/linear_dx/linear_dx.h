// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// dX = dY · W, the gradient of linear to its input. No parameters.
/// in: dY (tokens, N); W (N, K), any weight type. out: dX (tokens, K)
struct LinearDxParams {
    uint32_t reserved = 0;
};

extern const OpDef kLinearDxOp;

} // namespace lathe
