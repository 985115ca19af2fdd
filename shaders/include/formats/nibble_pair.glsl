// SPDX-License-Identifier: GPL-3.0-or-later
// What Q4_0, Q5_0 and IQ4_NL share: a unit is two blocks of 32 elements (group 0 and 1), both d as halves in word 0; element i
// of a block in the low and i + 16 in the high nibble of a byte. After unpack.glsl. Contract: q4_1.glsl.

#define FMT_ELEMENTS 64u
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
