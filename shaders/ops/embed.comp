// SPDX-License-Identifier: GPL-3.0-or-later
// y_t = scale · W[index_t] (core/ops/embed/embed.h): unpacks rows of a weight from the device layout. One invocation per
// format unit of a row. A weight in several slices takes a dispatch per slice, each writing the rows it holds.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "embed_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { EmbedPush p; };
layout(std430, binding = 1) restrict readonly buffer W { uvec4 w4[]; };        // device layout
layout(std430, binding = 2) restrict readonly buffer Index { uint index_[]; }; // (rows, indexCols)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; };        // (rows, cols)

uvec4 fmtWord(uint at, uint w) { return w4[at + 2u * w]; }
#include "format.glsl"

void put(uint row, uint column, float v)
{
    if (column < p.cols)
        y[row * p.cols + column] = v * p.scale;
}

void main()
{
    const uint unit = gl_GlobalInvocationID.x;
    const uint row = p.firstRow + gl_WorkGroupID.y;
    if (row >= LIVE_ROWS(p) || unit >= p.units)
        return;
    const uint source = index_[row * p.indexCols + p.column];
    if (source < p.sliceRow || source - p.sliceRow >= p.sliceRows)
        return;
    const uint inSlice = source - p.sliceRow;
    const uint at = p.weight + ((inSlice >> 3) * p.units + unit) * (2u * FMT_WORDS) + ((inSlice >> 2) & 1u);
    const uint lane = inSlice & 3u;
    for (uint g = 0u; g < FMT_GROUPS; ++g) {
        vec4 sA = vec4(1.0), oA = vec4(0.0), sB = vec4(1.0), oB = vec4(0.0);
#ifndef FMT_UNSCALED
        fmtScales(at, g, sA, oA, sB, oB);
#endif
        for (uint c = 0u; c < FMT_CHUNKS; ++c) {
            vec4 a[4], b[4];
            fmtChunk(at, g, c, a, b);
            const uint columnA = unit * FMT_ELEMENTS + 4u * fmtA(g, c);
            const uint columnB = unit * FMT_ELEMENTS + 4u * fmtB(g, c);
            for (uint j = 0u; j < 4u; ++j) {
                put(row, columnA + j, a[j][lane] * sA[lane] + oA[lane]);
                put(row, columnB + j, b[j][lane] * sB[lane] + oB[lane]);
            }
        }
    }
}
