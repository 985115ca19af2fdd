// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// The results of a token's experts by their weights, and with `shared` those of the expert that sees every
/// token through its gate: y_t = Σ_j w_tj · z_tj [+ sigmoid(g_t) · s_t].
/// in: z (tokens, used·N); routes (tokens, 2·used), see router; with `shared`: s (tokens, N), g (tokens, 1).
/// out: y (tokens, N)
struct ExpertSumParams {
    uint32_t used = 1;
    uint32_t shared = 0;
};

extern const OpDef kExpertSumOp;

} // namespace lathe
