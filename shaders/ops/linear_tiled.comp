// SPDX-License-Identifier: GPL-3.0-or-later
// y = h · Wᵀ as core/ops/linear/linear.h states it, for many rows of x on a GPU: a workgroup of 128 makes 64 rows of x
// times 16 row quads of W (with GLU 8 quads of the gate and the same 8 of the up matrix). For each tile of 4 chunks,
// 32 columns, it brings both sides into shared memory, the weights dequantized, and each invocation multiplies 4 rows
// of x with 2 quads, q and q + 8. The order of columns follows the weight format's chunks. The norm is folded as
// y = (Σ w g x) / √(mean(x²) + eps). The tile's representation and product are the math tier's include.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 128) in;

#include "linear_io.glsl"
#include "linear_quads.glsl"

#define TILE_ROWS 64u
#define TILE_QUADS 16u
#define TILE_CHUNKS 4u

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

#if defined(LATHE_TIER_DOT)
#include "linear_tile_dot.glsl"
#elif defined(LATHE_TIER_FP16)
#include "linear_tile_fp16.glsl"
#else
#include "linear_tile_fp32.glsl"
#endif

/// Quad `q` of the workgroup's tile.
Place placeInTile(uint q)
{
    const uint half_ = TILE_QUADS / 2u;
    return HAS_GLU ? placeInSegment(q / half_, gl_WorkGroupID.x * half_ + q % half_)
                   : placeOf(gl_WorkGroupID.x * TILE_QUADS + q);
}

void main()
{
    const uint id = gl_LocalInvocationID.x;
    const uint liveRows = min(p.maxRows, step[p.rowsWord]);
    const uint row0 = gl_WorkGroupID.y * TILE_ROWS;
    if (row0 >= liveRows)
        return;

    // The first 64 invocations bring W, the others x.
    const bool bringsW = id < 64u;
    const Place source = placeInTile(id % TILE_QUADS);
    const bool inside = isInside(source);
    TILE_SQUARES squares = TILE_SQUARES(0.0);
    vec4 acc[8]; // row of x, quad
    for (uint i = 0u; i < 8u; ++i)
        acc[i] = vec4(0.0);

    const uint quad = id % 8u, rows = id / 8u;
    const uint chunks = chunkCount();
    for (uint first = 0u; first < chunks; first += TILE_CHUNKS) {
        barrier();
        if (bringsW)
            bringWeights(source.at, inside, first, chunks, id);
        else
            bringRows(row0, liveRows, first, chunks, id - 64u, squares);
        barrier();
        multiplyTile(quad, rows, acc);
    }
    barrier();
    if (!bringsW)
        keepSquares(id - 64u, squares);
    barrier();

    const Place place = placeInTile(quad), second = placeInTile(quad + TILE_QUADS / 2u);
    for (uint t = 0u; t < 4u; ++t) {
        const uint row = row0 + 4u * rows + t;
        if (row >= liveRows)
            break;
        const float scale = HAS_NORM ? inversesqrt(squaresOf(4u * rows + t) / float(p.cols) + p.eps) : 1.0;
        if (isInside(place))
            storeQuad(place, row, acc[2u * t] * scale, acc[2u * t + 1u] * scale);
        if (!HAS_GLU && isInside(second))
            storeQuad(second, row, acc[2u * t + 1u] * scale, vec4(0.0));
    }
}
