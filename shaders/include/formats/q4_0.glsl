// SPDX-License-Identifier: GPL-3.0-or-later
// Q4_0: 32 elements, d as half, 16 bytes with element i in the low and i + 16 in the high nibble; value = d
// (q − 8). A unit is two blocks (group 0 and 1): both d, then the bytes. Contract: q4_1.glsl.
#include "formats/unpack.glsl"

#define FMT_ELEMENTS 64u
#define FMT_WORDS 9u
#define FMT_GROUPS 2u
#define FMT_CHUNKS 4u
#define FMT_SHARED_SCALES 1
#define FMT_OFFSET 0

uint fmtA(uint g, uint c) { return 8u * g + c; }
uint fmtB(uint g, uint c) { return 8u * g + c + 4u; }

void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    sA = fmtLowHalf(fmtWord(at, 0u) >> (16u * g));
    oA = vec4(0.0);
    sB = sA;
    oB = oA;
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uvec4 q = fmtWord(at, 1u + 4u * g + c);
    fmtCentered(q, 4, a);
    fmtCentered(q >> 4, 4, b);
}
