// SPDX-License-Identifier: GPL-3.0-or-later
// Q4_0: 32 elements, d as half, 16 bytes with element i in the low and i + 16 in the high nibble; value = d
// (q − 8). A unit is two blocks (group 0 and 1): both d, then the bytes. Contract: q4_1.glsl.
#include "formats/unpack.glsl"
#include "formats/nibble_pair.glsl"

#define FMT_WORDS 9u

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uvec4 q = fmtWord(at, 1u + 4u * g + c);
    fmtCentered(q, 4, a);
    fmtCentered(q >> 4, 4, b);
}
