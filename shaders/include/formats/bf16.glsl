// SPDX-License-Identifier: GPL-3.0-or-later
// BF16: two bfloats a word, 8 elements a unit. Contract: q4_1.glsl.

#define FMT_ELEMENTS 8u
#define FMT_WORDS 4u
#define FMT_GROUPS 1u
#define FMT_CHUNKS 1u
#define FMT_UNSCALED 1

uint fmtA(uint g, uint c) { return 0u; }
uint fmtB(uint g, uint c) { return 1u; }

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    for (uint j = 0u; j < 2u; ++j) {
        const uvec4 wa = fmtWord(at, j), wb = fmtWord(at, j + 2u);
        a[2u * j] = uintBitsToFloat(wa << 16);
        a[2u * j + 1u] = uintBitsToFloat(wa & 0xFFFF0000u);
        b[2u * j] = uintBitsToFloat(wb << 16);
        b[2u * j + 1u] = uintBitsToFloat(wb & 0xFFFF0000u);
    }
}
