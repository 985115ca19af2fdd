// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// Causal attention over the cache, online softmax (Milakov & Gimelshein 2018; Dao et al. 2022): the score
/// matrix is never stored. Token t of slot s at position p sees cache rows s·context + j for max(0, p −
/// window + 1) ≤ j ≤ p (window 0: from 0). Query head h reads key/value head h / (heads / kvHeads).
///   score_j = scale · q·k_j, with softcap c > 0: c · tanh(score_j / c);  y = Σ softmax(score)_j · v_j
/// in: q (tokens, heads·headDim); K, V State (slots·context, kvHeads·headDim), F32 or F16; tokens I32
/// (tokens, 4). out: y (tokens, heads·headDim)
struct AttentionParams {
    uint32_t heads = 1;
    uint32_t kvHeads = 1;
    uint32_t headDim = 0;
    uint32_t context = 0; ///< rows of one slot
    uint32_t keyBound =
        0; ///< no token of the step sees more keys than this: long ones are split over workgroups
    uint32_t window = 0;
    float scale = 1;
    float softcap = 0;
};

extern const OpDef kAttentionOp;

} // namespace lathe
