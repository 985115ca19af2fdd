// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// Rounds activations as LLM.int8() does (arXiv:2208.07339; bitsandbytes' int8_vectorwise_quant), so that a
/// linear with weights in 8 bits gives what the product of whole numbers, scaled, and the product of the
/// outlier columns give together.
///   h    = x rounded to binary16, at most its largest number
///   outlier elements: |h| ≥ threshold > 0; outlier columns of a sequence: those with one in any of its rows
///   m_t  = max |h_tc| over the elements of row t that are no outliers
///   y_tc = x_tc in outlier columns, else round(h_tc · (127 / m_t)) · (m_t / 127), halves to even; the last
///   1/127
///          is 1.000018 times that, as in bitsandbytes, whose constant for 1/127² has two digits exchanged:
///          without it more activations of the next layer round otherwise than the 2e-2 of the issue allow
/// A sequence is the rows of one slot, which follow each other; with `ofBatch` all rows are one.
/// in: x (tokens, K), token table (tokens, kTokenColumns). out: y (tokens, K)
struct Int8RoundParams {
    float threshold = 6; ///< 0: no outliers
    uint32_t ofBatch = 0;
};

/// The first row behind the sequence of row `first`.
uint32_t endOfSequence(const HostTensor &tokens, uint32_t first, const Int8RoundParams &params);

extern const OpDef kInt8RoundOp;

} // namespace lathe
