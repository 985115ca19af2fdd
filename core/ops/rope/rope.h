// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

enum class RopeStyle : uint32_t {
    Interleaved = 0, ///< pairs (2i, 2i+1): GGUF's llama row order
    Halves = 1,      ///< pairs (i, i + ropeDim/2): NeoX, transformers
};

/// Rotary position embedding (Su et al. 2021): each pair (a, b) of a head becomes (a·c − b·s, a·s + b·c). The
/// columns of a head from ropeDim on are copied. The table comes from the host in double precision, so that
/// long positions stay exact. in: x (tokens, heads·headDim); table (tokens, ropeDim): ropeDim/2 cosines, then
/// as many sines. out: y (tokens, heads·headDim)
struct RopeParams {
    uint32_t heads = 1;
    uint32_t headDim = 0;
    uint32_t ropeDim = 0;
    RopeStyle style = RopeStyle::Interleaved;
};

extern const OpDef kRopeOp;

} // namespace lathe
