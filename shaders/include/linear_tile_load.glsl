// SPDX-License-Identifier: GPL-3.0-or-later
// What the floating-point tiles of linear_tiled.comp share. Element j of a tile's run A (B) of chunk c is its column
// 8 c + j (8 c + 4 + j). Invocation i of the 64 that bring a side takes quad (of W) or rows 4 i … 4 i + 3 (of x)
// i % 16 and chunk i / 16. The tile's scaleRow divides a row's chunk by the scale that it
// returns, its keepScale keeps those of invocation i's four rows.

shared TILE_VEC4 tileW[8u * TILE_CHUNKS * TILE_QUADS];     // (column, quad): four rows of W
shared TILE_VEC4 tileX[8u * TILE_CHUNKS * (TILE_ROWS / 4u)]; // (column, four rows of x)

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

void keepSquares(uint i, vec4 squares)
{
    tileSquares[i] = squares;
}

float squaresOf(uint row)
{
    const uint i = row / 4u, j = row % 4u;
    return tileSquares[i][j] + tileSquares[i + 16u][j] + tileSquares[i + 32u][j] + tileSquares[i + 48u][j];
}

/// The dequantized chunk `first + i / 16` of quad i % 16, zeros where there is none.
void bringWeights(uint at, bool inside, uint first, uint chunks, uint i)
{
    const uint index = first + i / 16u, to = 8u * (i / 16u) * 16u + i % 16u;
    vec4 a[4], b[4];
    if (inside && index < chunks) {
        loadWeights(at, chunkOf(index), a, b);
    } else {
        a = vec4[4](vec4(0.0), vec4(0.0), vec4(0.0), vec4(0.0));
        b = a;
    }
    for (uint j = 0u; j < 4u; ++j) {
        tileW[to + 16u * j] = TILE_VEC4(a[j]);
        tileW[to + 16u * (j + 4u)] = TILE_VEC4(b[j]);
    }
}

/// Chunk `first + i / 16` of four rows of x, each by the tile's scale, zeros where there is none.
void bringRows(uint row0, uint liveRows, uint first, uint chunks, uint i, inout vec4 squares)
{
    const uint index = first + i / 16u, to = 8u * (i / 16u) * 16u + i % 16u;
    mat4 a = mat4(0.0), b = mat4(0.0); // a column per row of x
    vec4 scale = vec4(1.0);
    if (index < chunks) {
        const Chunk chunk = chunkOf(index);
        for (uint t = 0u; t < 4u; ++t) {
            float square = squares[t];
            loadRow(min(row0 + 4u * (i % 16u) + t, liveRows - 1u), chunk, square, a[t], b[t]);
            squares[t] = square;
            scale[t] = scaleRow(a[t], b[t]);
        }
    }
    const mat4 at_ = transpose(a), bt = transpose(b);
    for (uint j = 0u; j < 4u; ++j) {
        tileX[to + 16u * j] = TILE_VEC4(at_[j]);
        tileX[to + 16u * (j + 4u)] = TILE_VEC4(bt[j]);
    }
    keepScale(i, scale);
}

/// Adds column k: four rows of x times quads `quad` and `quad + 8`.
void addColumn(uint k, uint quad, uint rows, inout TILE_VEC4 sum[8])
{
    const TILE_VEC4 x = tileX[16u * k + rows];
    const TILE_VEC4 w0 = tileW[16u * k + quad], w1 = tileW[16u * k + quad + 8u];
    sum[0] += x.x * w0;
    sum[1] += x.x * w1;
    sum[2] += x.y * w0;
    sum[3] += x.y * w1;
    sum[4] += x.z * w0;
    sum[5] += x.z * w1;
    sum[6] += x.w * w0;
    sum[7] += x.w * w1;
}
