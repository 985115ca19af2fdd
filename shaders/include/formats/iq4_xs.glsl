// SPDX-License-Identifier: GPL-3.0-or-later
// IQ4_XS: 256 elements, word 0 d as half and eight pairs of high bits, word 1 eight low nibbles of s, 16
// bytes per group of 32 with element i in the low and i + 16 in the high nibble; value = d (s − 32) level[q].
// Contract: q4_1.glsl.
#include "formats/unpack.glsl"
#include "formats/iq4_levels.glsl"

#define FMT_ELEMENTS 256u
#define FMT_WORDS 34u
#define FMT_GROUPS 8u
#define FMT_CHUNKS 4u
#define FMT_SHARED_SCALES 1
#define FMT_OFFSET 0

uint fmtA(uint g, uint c) { return 8u * g + c; }
uint fmtB(uint g, uint c) { return 8u * g + c + 4u; }

void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    const uvec4 head = fmtWord(at, 0u);
    const uvec4 s = ((fmtWord(at, 1u) >> (4u * g)) & 15u) | (((head >> (16u + 2u * g)) & 3u) << 4);
    sA = fmtLowHalf(head) * vec4(ivec4(s) - 32);
    oA = vec4(0.0);
    sB = sA;
    oB = oA;
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtLevels(fmtWord(at, 2u + 4u * g + c), a, b);
}
