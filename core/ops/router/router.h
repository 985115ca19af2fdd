// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// Chooses the experts of each token (Shazeer et al. 2017): p = softmax(logits), the `used` experts of the
/// largest logits (the lower number first among equals), their p, with `normalise` divided by their sum,
/// times `scale`.
/// in: logits (tokens, experts). out: routes (tokens, 2·used): the numbers of the experts, then their weights
struct RouterParams {
    uint32_t used = 1;
    uint32_t normalise = 1;
    float scale = 1;
};

extern const OpDef kRouterOp;

} // namespace lathe
