// SPDX-License-Identifier: GPL-3.0-or-later
// What the floating-point tiles of linear_tiled.comp share. Element j of a tile's run A (B) of chunk c is its column
// 8 c + j (8 c + 4 + j). Invocation i of the 64 that bring a side takes quad (of W) or rows 4 i … 4 i + 3 (of x)
// i % 16 and chunk i / 16.

#define TILE_SQUARES vec4 // of four rows of x, one chunk in four
shared vec4 tileSquares[64];

/// The dequantized chunk of four rows of W.
void loadWeights(uint at, Chunk chunk, out vec4 a[4], out vec4 b[4])
{
    fmtChunk(at + chunk.at, chunk.g, chunk.c, a, b);
#ifndef FMT_UNSCALED
    vec4 sA, oA, sB, oB;
    fmtScales(at + chunk.at, chunk.g, sA, oA, sB, oB);
    if (FMT_SHARED_SCALES != 0) {
        sB = sA;
        oB = oA;
    }
    for (uint j = 0u; j < 4u; ++j) {
        a[j] = FMT_OFFSET != 0 ? sA * a[j] + oA : sA * a[j];
        b[j] = FMT_OFFSET != 0 ? sB * b[j] + oB : sB * b[j];
    }
#endif
}

/// The chunk of row `row` of x, with the norm's gain; `square` grows by its squares.
void loadRow(uint row, Chunk chunk, inout float square, out vec4 a, out vec4 b)
{
    const uint ka = chunk.k0 + fmtA(chunk.g, chunk.c), kb = chunk.k0 + fmtB(chunk.g, chunk.c);
    a = loadX(row, ka);
    b = loadX(row, kb);
    if (HAS_NORM) {
        square += dot(a, a) + dot(b, b);
        a *= loadG(ka);
        b *= loadG(kb);
    }
}

void keepSquares(uint i, vec4 squares)
{
    tileSquares[i] = squares;
}

float squaresOf(uint row)
{
    const uint i = row / 4u, j = row % 4u;
    return tileSquares[i][j] + tileSquares[i + 16u][j] + tileSquares[i + 32u][j] + tileSquares[i + 48u][j];
}
