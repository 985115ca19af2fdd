// SPDX-License-Identifier: GPL-3.0-or-later
// F32: a word per element, 8 elements a unit. Contract: q4_1.glsl.

#define FMT_ELEMENTS 8u
#define FMT_WORDS 8u
#define FMT_GROUPS 1u
#define FMT_CHUNKS 1u
#define FMT_UNSCALED 1

uint fmtA(uint g, uint c) { return 0u; }
uint fmtB(uint g, uint c) { return 1u; }

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    for (uint j = 0u; j < 4u; ++j) {
        a[j] = uintBitsToFloat(fmtWord(at, j));
        b[j] = uintBitsToFloat(fmtWord(at, j + 4u));
    }
}
