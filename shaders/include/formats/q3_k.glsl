// SPDX-License-Identifier: GPL-3.0-or-later
// Q3_K: 256 elements, 12 bytes of 6-bit s (first in the unit), 32 bytes of third bits, 64 bytes of 2-bit q, d
// as half; value = d (s − 32) (q − 4), s per 16 elements. The q lie as in Q2_K; the third bit of element 128
// n + 32 j + l is bit 4 n + j of byte l. Groups as in Q2_K. Contract: q4_1.glsl.
#include "formats/unpack.glsl"

#define FMT_ELEMENTS 256u
#define FMT_WORDS 28u
#define FMT_GROUPS 8u
#define FMT_CHUNKS 4u
#define FMT_SHARED_SCALES 0
#define FMT_OFFSET 0

uint fmtA(uint g, uint c) { return 32u * (g >> 2) + 16u * ((g >> 1) & 1u) + 4u * (g & 1u) + c; }
uint fmtB(uint g, uint c) { return fmtA(g, c) + 8u; }

void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    // s 8 n + i: low bits in nibble n of byte i, high bits in bits 2 (2 n + i / 4) of byte 8 + i % 4.
    const uint n = g >> 2, p = (g >> 1) & 1u, h = g & 1u;
    const vec4 d = fmtLowHalf(fmtWord(at, 27u));
    const uvec4 low = fmtWord(at, p) >> (8u * h + 4u * n);
    const uvec4 high = fmtWord(at, 2u) >> (8u * h + 4u * n + 2u * p);
    sA = d * vec4(ivec4((low & 15u) | ((high & 3u) << 4)) - 32);
    sB = d * vec4(ivec4(((low >> 16) & 15u) | (((high >> 16) & 3u) << 4)) - 32);
    oA = vec4(0.0);
    oB = vec4(0.0);
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uint n = g >> 2, p = (g >> 1) & 1u, h = g & 1u;
    const uvec4 high = fmtWord(at, 3u + 4u * h + c) >> (4u * n + 2u * p);
    const uvec4 q = fmtWord(at, 11u + 8u * n + 4u * h + c) >> (4u * p);
    fmtCentered((q & 0x03030303u) | ((high & 0x01010101u) << 2), 3, a);
    fmtCentered(((q >> 2) & 0x03030303u) | (((high >> 1) & 0x01010101u) << 2), 3, b);
}
