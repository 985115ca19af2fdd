// SPDX-License-Identifier: GPL-3.0-or-later
// The tile of linear_tiled.comp in fp32: 17 KiB of shared memory.

#include "linear_tile_load.glsl"

shared vec4 tileW[8u * TILE_CHUNKS * TILE_QUADS];       // (column, quad): four rows of W
shared vec4 tileX[8u * TILE_CHUNKS * (TILE_ROWS / 4u)]; // (column, four rows of x)

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
        tileW[to + 16u * j] = a[j];
        tileW[to + 16u * (j + 4u)] = b[j];
    }
}

void bringRows(uint row0, uint liveRows, uint first, uint chunks, uint i, inout vec4 squares)
{
    const uint index = first + i / 16u, to = 8u * (i / 16u) * 16u + i % 16u;
    mat4 a = mat4(0.0), b = mat4(0.0); // a column per row of x
    if (index < chunks) {
        const Chunk chunk = chunkOf(index);
        for (uint t = 0u; t < 4u; ++t) {
            float square = squares[t];
            loadRow(min(row0 + 4u * (i % 16u) + t, liveRows - 1u), chunk, square, a[t], b[t]);
            squares[t] = square;
        }
    }
    const mat4 at_ = transpose(a), bt = transpose(b);
    for (uint j = 0u; j < 4u; ++j) {
        tileX[to + 16u * j] = at_[j];
        tileX[to + 16u * (j + 4u)] = bt[j];
    }
}

void addColumn(uint k, uint quad, uint rows, inout vec4 acc[8])
{
    const vec4 x = tileX[16u * k + rows];
    const vec4 w0 = tileW[16u * k + quad], w1 = tileW[16u * k + quad + 8u];
    acc[0] += x.x * w0;
    acc[1] += x.x * w1;
    acc[2] += x.y * w0;
    acc[3] += x.y * w1;
    acc[4] += x.z * w0;
    acc[5] += x.z * w1;
    acc[6] += x.w * w0;
    acc[7] += x.w * w1;
}

void multiplyTile(uint quad, uint rows, inout vec4 acc[8])
{
    for (uint k = 0u; k < 8u * TILE_CHUNKS; k += 4u) {
        addColumn(k, quad, rows, acc);
        addColumn(k + 1u, quad, rows, acc);
        addColumn(k + 2u, quad, rows, acc);
        addColumn(k + 3u, quad, rows, acc);
    }
}
