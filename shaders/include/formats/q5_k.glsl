// SPDX-License-Identifier: GPL-3.0-or-later
// Q5_K: 256 elements, scales as k_scales.glsl says, 32 bytes of fifth bits, 128 bytes; value = d s q − m t, s
// and t per 32 elements. Nibbles as in Q4_K; the fifth bit of element 32 i + l is bit i of byte l. Contract:
// q4_1.glsl.
#include "formats/unpack.glsl"
#include "formats/k_scales.glsl"

#define FMT_ELEMENTS 256u
#define FMT_WORDS 44u
#define FMT_GROUPS 4u
#define FMT_CHUNKS 8u
#define FMT_SHARED_SCALES 0
#define FMT_OFFSET 1

uint fmtA(uint g, uint c) { return 16u * g + c; }
uint fmtB(uint g, uint c) { return 16u * g + c + 8u; }

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uvec4 high = fmtWord(at, 4u + c) >> (2u * g);
    const uvec4 q = fmtWord(at, 12u + 8u * g + c);
    fmtBytes((q & 0x0F0F0F0Fu) | ((high & 0x01010101u) << 4), a);
    fmtBytes(((q >> 4) & 0x0F0F0F0Fu) | (((high >> 1) & 0x01010101u) << 4), b);
}
