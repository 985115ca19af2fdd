// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// loss = logsumexp(x) − x[label] for each row, in nats; label −100 gives 0 (not counted, as torch's
/// ignore_index). in: x (rows, K); label I32 (rows, 1). out: loss (rows, 1)
struct CrossEntropyParams {
    uint32_t reserved = 0;
};

extern const OpDef kCrossEntropyOp;

} // namespace lathe
