// SPDX-License-Identifier: GPL-3.0-or-later
// AFFINE8_ZERO: 32 elements, d as float, 32 signed bytes, then z as a signed byte; value = d (q − z). Contract: q4_1.glsl.
#include "formats/unpack.glsl"
#include "formats/affine_pair.glsl"

#define FMT_WORDS 19u

uint fmtA(uint g, uint c) { return 8u * g + 2u * c; }
uint fmtB(uint g, uint c) { return 8u * g + 2u * c + 1u; }

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtSignedBytes(fmtWord(at, 2u + 8u * g + 2u * c), a);
    fmtSignedBytes(fmtWord(at, 3u + 8u * g + 2u * c), b);
    const vec4 zero = vec4((ivec4(fmtWord(at, 18u)) << int(24u - 8u * g)) >> 24);
    for (uint j = 0u; j < 4u; ++j) {
        a[j] -= zero;
        b[j] -= zero;
    }
}
