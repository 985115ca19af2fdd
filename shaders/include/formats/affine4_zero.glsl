// SPDX-License-Identifier: GPL-3.0-or-later
// AFFINE4_ZERO: 32 elements, d as float, 16 bytes with element i in the low and i + 16 in the high nibble, then z in 4 bits;
// value = d (q − z). Contract: q4_1.glsl.
#include "formats/unpack.glsl"
#include "formats/affine_pair.glsl"

#define FMT_WORDS 11u

uint fmtA(uint g, uint c) { return 8u * g + c; }
uint fmtB(uint g, uint c) { return 8u * g + c + 4u; }

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtNibbles(fmtWord(at, 2u + 4u * g + c), a, b);
    const vec4 zero = vec4((fmtWord(at, 10u) >> (8u * g)) & 15u);
    for (uint j = 0u; j < 4u; ++j) {
        a[j] -= zero;
        b[j] -= zero;
    }
}
