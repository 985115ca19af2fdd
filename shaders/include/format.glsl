// SPDX-License-Identifier: GPL-3.0-or-later
// Includes the weight format that this module is built for. A new format adds its line here.
#if defined(LATHE_FORMAT_F32)
#include "formats/f32.glsl"
#elif defined(LATHE_FORMAT_F16)
#include "formats/f16.glsl"
#elif defined(LATHE_FORMAT_BF16)
#include "formats/bf16.glsl"
#elif defined(LATHE_FORMAT_Q4_0)
#include "formats/q4_0.glsl"
#elif defined(LATHE_FORMAT_Q4_1)
#include "formats/q4_1.glsl"
#elif defined(LATHE_FORMAT_Q5_0)
#include "formats/q5_0.glsl"
#elif defined(LATHE_FORMAT_Q5_1)
#include "formats/q5_1.glsl"
#elif defined(LATHE_FORMAT_Q8_0)
#include "formats/q8_0.glsl"
#elif defined(LATHE_FORMAT_Q2_K)
#include "formats/q2_k.glsl"
#elif defined(LATHE_FORMAT_Q3_K)
#include "formats/q3_k.glsl"
#elif defined(LATHE_FORMAT_Q4_K)
#include "formats/q4_k.glsl"
#elif defined(LATHE_FORMAT_Q5_K)
#include "formats/q5_k.glsl"
#elif defined(LATHE_FORMAT_Q6_K)
#include "formats/q6_k.glsl"
#elif defined(LATHE_FORMAT_IQ4_NL)
#include "formats/iq4_nl.glsl"
#elif defined(LATHE_FORMAT_IQ4_XS)
#include "formats/iq4_xs.glsl"
#elif defined(LATHE_FORMAT_NF4)
#include "formats/nf4.glsl"
#elif defined(LATHE_FORMAT_NF4_SPLIT)
#include "formats/nf4_split.glsl"
#elif defined(LATHE_FORMAT_FP4)
#include "formats/fp4.glsl"
#elif defined(LATHE_FORMAT_FP4_SPLIT)
#include "formats/fp4_split.glsl"
#elif defined(LATHE_FORMAT_AFFINE4)
#include "formats/affine4.glsl"
#elif defined(LATHE_FORMAT_AFFINE4_ZERO)
#include "formats/affine4_zero.glsl"
#elif defined(LATHE_FORMAT_AFFINE8)
#include "formats/affine8.glsl"
#elif defined(LATHE_FORMAT_AFFINE8_ZERO)
#include "formats/affine8_zero.glsl"
#endif

#ifdef FMT_UNSCALED
#define FMT_SHARED_SCALES 1
#define FMT_OFFSET 0
#endif
#ifndef FMT_FAST_A
#define FMT_FAST_A vec4(1.0)
#define FMT_FAST_B vec4(1.0)
#define fmtChunkFast fmtChunk
#endif
