// SPDX-License-Identifier: GPL-3.0-or-later
// What NF4 and FP4 share: 64 elements, d as float, 32 bytes; value = d level[q]. Of each 32 elements (group 0 and 1) i and
// i + 16 share a byte, low and high. After fmtLevel. Contract: q4_1.glsl.

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
    sA = uintBitsToFloat(fmtWord(at, 0u));
    oA = vec4(0.0);
    sB = sA;
    oB = oA;
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uvec4 w = fmtWord(at, 1u + 4u * g + c);
    for (uint j = 0u; j < 4u; ++j) {
        a[j] = fmtLevel(w >> (8u * j));
        b[j] = fmtLevel(w >> (8u * j + 4u));
    }
}
