// SPDX-License-Identifier: GPL-3.0-or-later
// dX = dY · W (core/ops/linear_dx/linear_dx.h). One invocation per chunk of 8 columns of one row of dX; it walks the row
// quads of W. Long matrices are summed by several dispatches in order.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "linear_dx_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { LinearDxPush p; };
layout(std430, binding = 1) restrict readonly buffer Dy { float dy[]; }; // (rows, N)
layout(std430, binding = 2) restrict readonly buffer W { uvec4 w4[]; };  // device layout
layout(std430, binding = 3) restrict buffer Dx { float dx[]; };          // (rows, K)

uvec4 fmtWord(uint at, uint w) { return w4[at + 2u * w]; }
#include "format.glsl"

float loadDy(uint row, uint inSlice)
{
    return inSlice < p.sliceRows ? dy[row * p.outCols + p.sliceRow + inSlice] : 0.0;
}

void put(uint row, uint column, float v)
{
    if (column >= p.cols)
        return;
    const uint at = row * p.cols + column;
    dx[at] = (p.accumulate != 0u ? dx[at] : 0.0) + v;
}

void main()
{
    const uint chunk = gl_GlobalInvocationID.x;
    const uint row = gl_WorkGroupID.y;
    const uint unit = chunk / (FMT_GROUPS * FMT_CHUNKS);
    const uint g = (chunk / FMT_CHUNKS) % FMT_GROUPS, c = chunk % FMT_CHUNKS;
    if (row >= LIVE_ROWS(p) || unit >= p.units)
        return;
    vec4 sumA = vec4(0.0), sumB = vec4(0.0);
    for (uint i = 0u; i < p.quads; ++i) {
        const uint quad = p.firstQuad + i;
        const uint at = p.weight + ((quad >> 1) * p.units + unit) * (2u * FMT_WORDS) + (quad & 1u);
        const vec4 d = vec4(loadDy(row, 4u * quad), loadDy(row, 4u * quad + 1u), loadDy(row, 4u * quad + 2u),
                            loadDy(row, 4u * quad + 3u));
        vec4 a[4], b[4];
        fmtChunk(at, g, c, a, b);
#ifdef FMT_UNSCALED
        sumA += vec4(dot(d, a[0]), dot(d, a[1]), dot(d, a[2]), dot(d, a[3]));
        sumB += vec4(dot(d, b[0]), dot(d, b[1]), dot(d, b[2]), dot(d, b[3]));
#else
        vec4 sA, oA, sB, oB;
        fmtScales(at, g, sA, oA, sB, oB);
        const vec4 dA = d * sA, dB = d * sB;
        sumA += vec4(dot(dA, a[0]), dot(dA, a[1]), dot(dA, a[2]), dot(dA, a[3])) + vec4(dot(d, oA));
        sumB += vec4(dot(dB, b[0]), dot(dB, b[1]), dot(dB, b[2]), dot(dB, b[3])) + vec4(dot(d, oB));
#endif
    }
    for (uint j = 0u; j < 4u; ++j) {
        put(row, unit * FMT_ELEMENTS + 4u * fmtA(g, c) + j, sumA[j]);
        put(row, unit * FMT_ELEMENTS + 4u * fmtB(g, c) + j, sumB[j]);
    }
}
