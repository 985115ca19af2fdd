// SPDX-License-Identifier: GPL-3.0-or-later
// Q4_1: 32 elements, d and m as halves, 16 bytes with element i in the low and i + 16 in the high nibble; value = d q + m.
//
// The contract of every format include. A kernel defines uvec4 fmtWord(uint at, uint w): word w (of the unit, see
// core/tensor/device_layout.h) of four neighbouring rows, one row per component. A unit is FMT_GROUPS groups of FMT_CHUNKS
// chunks of 8 elements; a chunk has two runs of 4 neighbouring elements, A and B:
//   fmtA/fmtB(g, c)  where the run begins in the unit, in elements / 4
//   fmtChunk         a[j], b[j]: stored value of element j of the run, for the four rows
//   fmtScales        element value = s · stored + o, for the A and the B runs of group g, for the four rows
// FMT_FAST_A, FMT_FAST_B: the format also has fmtChunkFast, whose a[j] is the stored value divided by FMT_FAST_A[j], and b[j]
// by FMT_FAST_B[j] (powers of two, so nothing is rounded): fields are masked where they lie instead of shifted down.
// FMT_SHARED_SCALES: A and B runs of a group have the same s and o (sB, oB are not read).
// FMT_OFFSET: o is not always 0. FMT_UNSCALED: s is 1 and o is 0.

#include "formats/unpack.glsl"

#define FMT_ELEMENTS 32u
#define FMT_WORDS 5u
#define FMT_GROUPS 1u
#define FMT_CHUNKS 4u
#define FMT_SHARED_SCALES 1
#define FMT_OFFSET 1

uint fmtA(uint g, uint c) { return c; }
uint fmtB(uint g, uint c) { return c + 4u; }

void fmtScales(uint at, uint g, out vec4 sA, out vec4 oA, out vec4 sB, out vec4 oB)
{
    const uvec4 dm = fmtWord(at, 0u);
    const vec2 r0 = unpackHalf2x16(dm.x), r1 = unpackHalf2x16(dm.y), r2 = unpackHalf2x16(dm.z),
               r3 = unpackHalf2x16(dm.w);
    sA = vec4(r0.x, r1.x, r2.x, r3.x);
    oA = vec4(r0.y, r1.y, r2.y, r3.y);
    sB = sA;
    oB = oA;
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtNibbles(fmtWord(at, 1u + c), a, b);
}

#define FMT_FAST_A FMT_NIBBLES_A
#define FMT_FAST_B FMT_NIBBLES_B
void fmtChunkFast(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtNibblesInPlace(fmtWord(at, 1u + c), a, b);
}
