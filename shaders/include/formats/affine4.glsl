// SPDX-License-Identifier: GPL-3.0-or-later
// AFFINE4: 32 elements, d as float, 16 bytes with element i in the low and i + 16 in the high nibble; value = d (q − 8).
// Contract: q4_1.glsl.
#include "formats/unpack.glsl"
#include "formats/affine_pair.glsl"

#define FMT_WORDS 10u

uint fmtA(uint g, uint c) { return 8u * g + c; }
uint fmtB(uint g, uint c) { return 8u * g + c + 4u; }

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uvec4 q = fmtWord(at, 2u + 4u * g + c);
    fmtCentered(q, 4, a);
    fmtCentered(q >> 4, 4, b);
}
