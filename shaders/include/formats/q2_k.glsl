// SPDX-License-Identifier: GPL-3.0-or-later
// Q2_K: 256 elements, d and m as halves (first in the unit), 16 bytes s | t << 4, 64 bytes of 2-bit q; value
// = d s q − m t, s and t per 16 elements. Byte l of half n of the q holds elements 128 n + 32 j + l in its
// bits 2 j. Group 4 n + 2 p + h: j = 2 p (run A) and 2 p + 1 (run B), l = 16 h … 16 h + 15. Contract:
// q4_1.glsl.
#include "formats/unpack.glsl"

#define FMT_ELEMENTS 256u
#define FMT_WORDS 21u
#define FMT_GROUPS 8u
#define FMT_CHUNKS 4u
#define FMT_SHARED_SCALES 0
#define FMT_OFFSET 1

uint fmtA(uint g, uint c) { return 32u * (g >> 2) + 16u * ((g >> 1) & 1u) + 4u * (g & 1u) + c; }
uint fmtB(uint g, uint c) { return fmtA(g, c) + 8u; }

void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    vec4 d, m;
    fmtHalfPair(fmtWord(at, 0u), d, m);
    const uvec4 scales = fmtWord(at, 1u + (g >> 1)) >> (8u * (g & 1u));
    sA = d * vec4(scales & 15u);
    oA = -m * vec4((scales >> 4) & 15u);
    sB = d * vec4((scales >> 16) & 15u);
    oB = -m * vec4((scales >> 20) & 15u);
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uvec4 q = fmtWord(at, 5u + 8u * (g >> 2) + 4u * (g & 1u) + c) >> (4u * ((g >> 1) & 1u));
    fmtBytes(q & 0x03030303u, a);
    fmtBytes((q >> 2) & 0x03030303u, b);
}
