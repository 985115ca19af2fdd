// SPDX-License-Identifier: GPL-3.0-or-later
// What the affine types in blocks of 32 share: a unit is two blocks (group 0 and 1), both d as floats in words 0 and 1.
// Contract: q4_1.glsl.

#define FMT_ELEMENTS 64u
#define FMT_GROUPS 2u
#define FMT_CHUNKS 4u
#define FMT_SHARED_SCALES 1
#define FMT_OFFSET 0

void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    sA = uintBitsToFloat(fmtWord(at, g));
    oA = vec4(0.0);
    sB = sA;
    oB = oA;
}
