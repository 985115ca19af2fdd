// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// Writes the keys and values of the step's tokens into the cache: row slot · context + position.
/// in: k, v (tokens, kvHeads·headDim); tokens I32 (tokens, kTokenColumns).
/// out: K, V State (slots·context, kvHeads·headDim), F32 or F16 (rounded to nearest even)
struct CacheWriteParams {
    uint32_t context = 0; ///< rows of one slot
};

extern const OpDef kCacheWriteOp;

} // namespace lathe
