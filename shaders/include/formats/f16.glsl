// SPDX-License-Identifier: GPL-3.0-or-later
// F16: two halves a word, 8 elements a unit. Contract: q4_1.glsl.

#define FMT_ELEMENTS 8u
#define FMT_WORDS 4u
#define FMT_GROUPS 1u
#define FMT_CHUNKS 1u
#define FMT_UNSCALED 1

uint fmtA(uint g, uint c) { return 0u; }
uint fmtB(uint g, uint c) { return 1u; }

void fmtHalves(uvec4 w, out vec4 low, out vec4 high)
{
    const vec2 r0 = unpackHalf2x16(w.x), r1 = unpackHalf2x16(w.y), r2 = unpackHalf2x16(w.z), r3 = unpackHalf2x16(w.w);
    low = vec4(r0.x, r1.x, r2.x, r3.x);
    high = vec4(r0.y, r1.y, r2.y, r3.y);
}

void fmtChunk(uint at, uint g, uint c, out vec4 a[4], out vec4 b[4])
{
    fmtHalves(fmtWord(at, 0u), a[0], a[1]);
    fmtHalves(fmtWord(at, 1u), a[2], a[3]);
    fmtHalves(fmtWord(at, 2u), b[0], b[1]);
    fmtHalves(fmtWord(at, 3u), b[2], b[3]);
}
