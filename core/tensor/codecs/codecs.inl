// SPDX-License-Identifier: GPL-3.0-or-later
// The decoders for one CPU level, LATHE_LEVEL (lathe_levels in cmake/lathe_targets.cmake).
#include "core/tensor/codecs/codecs.h"
#include "core/tensor/codecs/vectors.h"

// clang-format off
#include "core/tensor/codecs/plain.inl"
#include "core/tensor/codecs/blocks32.inl"
#include "core/tensor/codecs/k_quants.inl"
#include "core/tensor/codecs/iq4.inl"
#include "core/tensor/codecs/codes.inl"
// clang-format on

namespace lathe::codecs {

#define LATHE_NAME_AT(level) decoders_##level
#define LATHE_NAME(level) LATHE_NAME_AT(level)

extern const Decoders LATHE_NAME(LATHE_LEVEL);
const Decoders LATHE_NAME(LATHE_LEVEL){
    decodeF32,       decodeF16,     decodeBF16,         decodeQ4_0,    decodeQ4_1,         decodeQ5_0,
    decodeQ5_1,      decodeQ8_0,    decodeQ2_K,         decodeQ3_K,    decodeQ4_K,         decodeQ5_K,
    decodeQ6_K,      decodeIQ4_NL,  decodeIQ4_XS,       decodeNF4,     decodeNF4_SPLIT,    decodeFP4,
    decodeFP4_SPLIT, decodeAFFINE4, decodeAFFINE4_ZERO, decodeAFFINE8, decodeAFFINE8_ZERO,
};

} // namespace lathe::codecs
