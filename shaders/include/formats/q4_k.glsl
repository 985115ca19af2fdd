// SPDX-License-Identifier: GPL-3.0-or-later
// Q4_K: 256 elements, scales as k_scales.glsl says, 128 bytes; value = d s q − m t, s and t per 32 elements.
// Byte l of the 32 of group g holds element 64 g + l in the low and 64 g + 32 + l in the high nibble.
// Contract: q4_1.glsl.
#include "formats/unpack.glsl"
#include "formats/k_scales.glsl"

#define FMT_ELEMENTS 256u
#define FMT_WORDS 36u
#define FMT_GROUPS 4u
#define FMT_CHUNKS 8u
#define FMT_SHARED_SCALES 0
#define FMT_OFFSET 1

uint fmtA(uint g, uint c) { return 16u * g + c; }
uint fmtB(uint g, uint c) { return 16u * g + c + 8u; }

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtNibbles(fmtWord(at, 4u + 8u * g + c), a, b);
}

#define FMT_FAST_A FMT_NIBBLES_A
#define FMT_FAST_B FMT_NIBBLES_B
void fmtChunkFast(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtNibblesInPlace(fmtWord(at, 4u + 8u * g + c), a, b);
}
