// SPDX-License-Identifier: GPL-3.0-or-later
// What NF4_SPLIT and FP4_SPLIT share: 32 elements, two d as floats, a boundary, 16 bytes with element i in the low and i + 16
// in the high nibble; value = level[q] times the first d below the boundary (six bits), else the second. After fmtLevel.
// Contract: q4_1.glsl.

#define FMT_ELEMENTS 32u
#define FMT_WORDS 7u
#define FMT_GROUPS 1u
#define FMT_CHUNKS 4u
#define FMT_UNSCALED 1

uint fmtA(uint g, uint c) { return c; }
uint fmtB(uint g, uint c) { return c + 4u; }

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const vec4 first = uintBitsToFloat(fmtWord(at, 0u)), second = uintBitsToFloat(fmtWord(at, 1u));
    const uvec4 boundary = fmtWord(at, 2u) & 63u, w = fmtWord(at, 3u + c);
    for (uint j = 0u; j < 4u; ++j) {
        const uvec4 i = uvec4(4u * c + j);
        a[j] = fmtLevel(w >> (8u * j)) * mix(second, first, lessThan(i, boundary));
        b[j] = fmtLevel(w >> (8u * j + 4u)) * mix(second, first, lessThan(i + 16u, boundary));
    }
}
