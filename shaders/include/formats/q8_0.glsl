// SPDX-License-Identifier: GPL-3.0-or-later
// Q8_0: 32 elements, d as half, 32 signed bytes; value = d q. A unit is two blocks (group 0 and 1). Contract: q4_1.glsl.
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
    const uvec4 d = fmtWord(at, 0u) >> (16u * g);
    sA = vec4(unpackHalf2x16(d.x).x, unpackHalf2x16(d.y).x, unpackHalf2x16(d.z).x, unpackHalf2x16(d.w).x);
    oA = vec4(0.0);
    sB = sA;
    oB = oA;
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtSignedBytes(fmtWord(at, 1u + 8u * g + 2u * c), a);
    fmtSignedBytes(fmtWord(at, 2u + 8u * g + 2u * c), b);
}
