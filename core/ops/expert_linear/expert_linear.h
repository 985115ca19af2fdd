// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// The linear layer of the experts that a token was routed to: y_tj = W_e · x, e = the j-th expert of token
/// t, where W_e is rows e·N … e·N + N − 1 of W. x is row t, or with `perSlot` its j-th share of K columns.
/// in: x (tokens, K or used·K); W (experts·N, K), any weight type; routes (tokens, 2·used), see router: the
/// numbers are below `experts`. out: y (tokens, used·N)
struct ExpertLinearParams {
    uint32_t experts = 1;
    uint32_t used = 1;
    uint32_t perSlot = 0;
};

extern const OpDef kExpertLinearOp;

} // namespace lathe
