// SPDX-License-Identifier: GPL-3.0-or-later
// AFFINE8: 64 elements, d as float, 64 signed bytes; value = d q. Contract: q4_1.glsl.
#include "formats/unpack.glsl"

#define FMT_ELEMENTS 64u
#define FMT_WORDS 17u
#define FMT_GROUPS 2u
#define FMT_CHUNKS 4u
#define FMT_SHARED_SCALES 1
#define FMT_OFFSET 0

uint fmtA(uint g, uint c) { return 8u * g + 2u * c; }
uint fmtB(uint g, uint c) { return 8u * g + 2u * c + 1u; }

void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    sA = uintBitsToFloat(fmtWord(at, 0u));
    oA = vec4(0.0);
    sB = sA;
    oB = oA;
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtSignedBytes(fmtWord(at, 1u + 8u * g + 2u * c), a);
    fmtSignedBytes(fmtWord(at, 2u + 8u * g + 2u * c), b);
}
