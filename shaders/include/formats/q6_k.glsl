// SPDX-License-Identifier: GPL-3.0-or-later
// Q6_K: 256 elements, 16 signed bytes s (first in the unit), 128 bytes of low nibbles, 64 bytes of upper 2
// bits, d as half; value = d s (q − 32), s per 16 elements. For element 128 n + 64 k + 32 r + l: nibble k of
// byte 64 n + 32 r + l, bits 4 k + 2 r of byte 32 n + l. Group 4 n + 2 r + h: k = 0 (run A) and 1 (run B), l
// = 16 h … 16 h + 15. Contract: q4_1.glsl.
#include "formats/unpack.glsl"

#define FMT_ELEMENTS 256u
#define FMT_WORDS 53u
#define FMT_GROUPS 8u
#define FMT_CHUNKS 4u
#define FMT_SHARED_SCALES 0
#define FMT_OFFSET 0

uint fmtA(uint g, uint c) { return 32u * (g >> 2) + 4u * (g & 3u) + c; }
uint fmtB(uint g, uint c) { return fmtA(g, c) + 16u; }

void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    const vec4 d = fmtLowHalf(fmtWord(at, 52u));
    const uint left = 24u - 8u * (g & 3u);
    sA = d * vec4(ivec4(fmtWord(at, 2u * (g >> 2)) << left) >> 24);
    sB = d * vec4(ivec4(fmtWord(at, 2u * (g >> 2) + 1u) << left) >> 24);
    oA = vec4(0.0);
    oB = vec4(0.0);
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uvec4 high = fmtWord(at, 36u + 8u * (g >> 2) + 4u * (g & 1u) + c) >> (g & 2u);
    const uvec4 q = fmtWord(at, 4u + 16u * (g >> 2) + 4u * (g & 3u) + c);
    fmtCentered((q & 0x0F0F0F0Fu) | ((high & 0x03030303u) << 4), 6, a);
    fmtCentered(((q >> 4) & 0x0F0F0F0Fu) | (high & 0x30303030u), 6, b);
}
