// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cpu_level.h"

#include <cstddef>

namespace lathe::codecs {

/// `blocks` blocks of the file layout at `in` (any alignment) → floats at `out`. Exact: every product and sum
/// is rounded to float, in the order of ggml's dequantize_row functions, on every CPU level. The formula of
/// each stands at its definition; layouts are those of GGUF files and, in codes.inl, ours.
using Decode = void (*)(const std::byte *in, float *out, size_t blocks);

/// The decoders behind DTypeInfo::decode, one per weight format.
struct Decoders {
    Decode F32, F16, BF16;
    Decode Q4_0, Q4_1, Q5_0, Q5_1, Q8_0;
    Decode Q2_K, Q3_K, Q4_K, Q5_K, Q6_K;
    Decode IQ4_NL, IQ4_XS;
    Decode NF4, NF4_SPLIT, FP4, FP4_SPLIT;
    Decode AFFINE4, AFFINE4_ZERO, AFFINE8, AFFINE8_ZERO;
};

/// Those for this processor; those of a level, which the processor must have (Base where it was not built).
const Decoders &decoders();
const Decoders &decoders(CpuLevel level);

} // namespace lathe::codecs
