// SPDX-License-Identifier: GPL-3.0-or-later
// The tile of linear_tiled.comp in fp16: 10 KiB of shared memory. Rows of x are scaled by a power of two per
// chunk, so that neither large activations nor their products leave the range of halves; the products of a chunk are
// added in halves, chunks in fp32.
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

shared vec4 tileScale[TILE_CHUNKS * (TILE_ROWS / 4u)];     // (chunk, four rows of x)

float largest(vec4 a, vec4 b)
{
    const vec4 m = max(abs(a), abs(b));
    return max(max(m.x, m.y), max(m.z, m.w));
}

/// The power of two at or below the largest, by its exponent's bits; at least 2^-100, so that 1 / scale is finite.
float scaleRow(inout vec4 a, inout vec4 b)
{
    const float scale = uintBitsToFloat(max(floatBitsToUint(largest(a, b)), 0x0D800000u) & 0x7F800000u);
    a /= scale;
    b /= scale;
    return scale;
}

void keepScale(uint i, vec4 scale)
{
    tileScale[i] = scale;
}

#define TILE_VEC4 f16vec4
#include "linear_tile_load.glsl"

void multiplyTile(uint quad, uint rows, inout vec4 acc[8])
{
    for (uint c = 0u; c < TILE_CHUNKS; ++c) {
        const f16vec4 zero = f16vec4(0.0);
        f16vec4 sum[8] = f16vec4[8](zero, zero, zero, zero, zero, zero, zero, zero);
        addColumn(8u * c, quad, rows, sum);
        addColumn(8u * c + 1u, quad, rows, sum);
        addColumn(8u * c + 2u, quad, rows, sum);
        addColumn(8u * c + 3u, quad, rows, sum);
        addColumn(8u * c + 4u, quad, rows, sum);
        addColumn(8u * c + 5u, quad, rows, sum);
        addColumn(8u * c + 6u, quad, rows, sum);
        addColumn(8u * c + 7u, quad, rows, sum);
        const vec4 scale = tileScale[16u * c + rows];
        acc[0] += scale.x * vec4(sum[0]);
        acc[1] += scale.x * vec4(sum[1]);
        acc[2] += scale.y * vec4(sum[2]);
        acc[3] += scale.y * vec4(sum[3]);
        acc[4] += scale.z * vec4(sum[4]);
        acc[5] += scale.z * vec4(sum[5]);
        acc[6] += scale.w * vec4(sum[6]);
        acc[7] += scale.w * vec4(sum[7]);
    }
}
