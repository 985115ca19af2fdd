// SPDX-License-Identifier: GPL-3.0-or-later
// Every element of a weight in the device layout, through its format include. One invocation per unit of a row quad.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 8) in;

layout(push_constant, std430) uniform Push { uint rows, cols, units; } p;
layout(std430, binding = 0) restrict readonly buffer W { uvec4 w4[]; };   // device layout
layout(std430, binding = 1) restrict writeonly buffer Y { float y[]; };   // (rows, cols)

uvec4 fmtWord(uint at, uint w) { return w4[at + 2u * w]; }
#include "format.glsl"

void put(uint row, uint column, vec4 v)
{
    for (uint r = 0u; r < 4u; ++r) {
        if (row + r < p.rows && column < p.cols)
            y[(row + r) * p.cols + column] = v[r];
    }
}

void main()
{
    const uint unit = gl_GlobalInvocationID.x, quad = gl_WorkGroupID.y;
    if (unit >= p.units)
        return;
    const uint at = ((quad >> 1) * p.units + unit) * (2u * FMT_WORDS) + (quad & 1u);
    for (uint g = 0u; g < FMT_GROUPS; ++g) {
        vec4 sA = vec4(1.0), oA = vec4(0.0), sB = vec4(1.0), oB = vec4(0.0);
#ifndef FMT_UNSCALED
        fmtScales(at, g, sA, oA, sB, oB);
        sB = FMT_SHARED_SCALES != 0 ? sA : sB;
        oA = FMT_OFFSET != 0 ? oA : vec4(0.0);
        oB = FMT_OFFSET == 0 ? vec4(0.0) : FMT_SHARED_SCALES != 0 ? oA : oB;
#endif
        for (uint c = 0u; c < FMT_CHUNKS; ++c) {
            vec4 a[4], b[4];
            fmtChunk(at, g, c, a, b);
            for (uint j = 0u; j < 4u; ++j) {
                put(4u * quad, unit * FMT_ELEMENTS + 4u * fmtA(g, c) + j, a[j] * sA + oA);
                put(4u * quad, unit * FMT_ELEMENTS + 4u * fmtB(g, c) + j, b[j] * sB + oB);
            }
        }
    }
}
