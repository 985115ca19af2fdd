// SPDX-License-Identifier: GPL-3.0-or-later
// The tile of linear_tiled.comp in fp32: 17 KiB of shared memory.

#define TILE_VEC4 vec4
#include "linear_tile_load.glsl"

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

void multiplyTile(uint quad, uint rows, inout vec4 acc[8])
{
    for (uint k = 0u; k < 8u * TILE_CHUNKS; k += 4u) {
        addColumn(k, quad, rows, acc);
        addColumn(k + 1u, quad, rows, acc);
        addColumn(k + 2u, quad, rows, acc);
        addColumn(k + 3u, quad, rows, acc);
    }
}
