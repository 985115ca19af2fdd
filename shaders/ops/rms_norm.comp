// SPDX-License-Identifier: GPL-3.0-or-later
// y = x / √(mean(x²) + eps) ⊙ g (core/ops/rms_norm/rms_norm.h). One workgroup per group of cols
// columns; option = groups of a row, and the rows of the push are groups.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"
#include "reduce.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };  // (rows, cols)
layout(std430, binding = 2) restrict readonly buffer G { float g[]; };  // (cols)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; }; // (rows, cols)

void main()
{
    const uint row = p.firstRow + gl_WorkGroupID.x;
    if (row >= min(p.maxRows, step[p.rowsWord] * p.option))
        return;
    float squares = 0.0;
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x) {
        const float v = x[row * p.cols + i];
        squares += v * v;
    }
    const float scale = inversesqrt(reduceSum(squares) / float(p.cols) + p.value);
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x)
        y[row * p.cols + i] = x[row * p.cols + i] * scale * g[i];
}
