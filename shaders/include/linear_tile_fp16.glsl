// SPDX-License-Identifier: GPL-3.0-or-later
// The tile of linear_tiled.comp in fp16: 10 KiB of shared memory. Rows of x are scaled by a power of two per
// chunk, so that neither large activations nor their products leave the range of halves; the products of a chunk are
// added in halves, chunks in fp32.
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

#define TILE_VEC4 f16vec4
#include "linear_tile_load.glsl"

shared vec4 tileScale[TILE_CHUNKS * (TILE_ROWS / 4u)];     // (chunk, four rows of x)

float largest(vec4 a, vec4 b)
{
    const vec4 m = max(abs(a), abs(b));
    return max(max(m.x, m.y), max(m.z, m.w));
}

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
            // The power of two at or below the largest, by its exponent's bits; at least 2^-100, so that 1 / scale is
            // finite.
            scale[t] = uintBitsToFloat(max(floatBitsToUint(largest(a[t], b[t])), 0x0D800000u) & 0x7F800000u);
            a[t] /= scale[t];
            b[t] /= scale[t];
        }
    }
    const mat4 at_ = transpose(a), bt = transpose(b);
    for (uint j = 0u; j < 4u; ++j) {
        tileX[to + 16u * j] = f16vec4(at_[j]);
        tileX[to + 16u * (j + 4u)] = f16vec4(bt[j]);
    }
    tileScale[i] = scale;
}

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
