// SPDX-License-Identifier: GPL-3.0-or-later
// The tile of linear_tiled.comp in fp32: 17 KiB of shared memory.

float scaleRow(inout vec4 a, inout vec4 b)
{
    return 1.0;
}

void keepScale(uint i, vec4 scale)
{
}

#define TILE_VEC4 vec4
#include "linear_tile_load.glsl"

void multiplyTile(uint quad, uint rows, inout vec4 acc[8])
{
    for (uint k = 0u; k < 8u * TILE_CHUNKS; k += 4u) {
        addColumn(k, quad, rows, acc);
        addColumn(k + 1u, quad, rows, acc);
        addColumn(k + 2u, quad, rows, acc);
        addColumn(k + 3u, quad, rows, acc);
    }
}
