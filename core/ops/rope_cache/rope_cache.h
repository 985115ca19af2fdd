// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/rope/rope.h"

namespace lathe {

/// rope(q), rope(k) and cache_write(k, v) in one: the fusion pass makes it, bit for bit the three nodes.
/// in: q (tokens, heads·headDim); k, v (tokens, kvHeads·headDim); table (tokens, ropeDim); tokens I32
/// (tokens, 4). out: q' (tokens, heads·headDim); K, V State (slots·context, kvHeads·headDim)
struct RopeCacheParams {
    RopeParams rope; ///< heads = query heads
    uint32_t kvHeads = 1;
    uint32_t context = 0;
};

extern const OpDef kRopeCacheOp;

} // namespace lathe
