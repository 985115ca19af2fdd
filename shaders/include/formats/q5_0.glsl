// SPDX-License-Identifier: GPL-3.0-or-later
// Q5_0: 32 elements, d as half, 32 fifth bits, 16 bytes with element i in the low and i + 16 in the high
// nibble; value = d (q − 16). A unit is two blocks (group 0 and 1): both d, both words of bits, the bytes.
// Contract: q4_1.glsl.
#include "formats/unpack.glsl"
#include "formats/nibble_pair.glsl"

#define FMT_WORDS 11u

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    const uvec4 high = fmtWord(at, 1u + g) >> (4u * c);
    const uvec4 q = fmtWord(at, 3u + 4u * g + c);
    fmtCentered((q & 0x0F0F0F0Fu) | (fmtSpread(high) << 4), 5, a);
    fmtCentered(((q >> 4) & 0x0F0F0F0Fu) | (fmtSpread(high >> 16) << 4), 5, b);
}
