// SPDX-License-Identifier: GPL-3.0-or-later
// y = (x − mean) / √(var + eps) ⊙ g + b (core/ops/layer_norm/layer_norm.h). One workgroup per row; the variance in a
// second pass over the row, so that a large mean does not cancel it.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"
#include "reduce.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };  // (rows, cols)
layout(std430, binding = 2) restrict readonly buffer G { float g[]; };  // (cols)
layout(std430, binding = 3) restrict readonly buffer B { float b[]; };  // (cols)
layout(std430, binding = 4) restrict writeonly buffer Y { float y[]; }; // (rows, cols)

void main()
{
    const uint row = p.firstRow + gl_WorkGroupID.x;
    if (row >= LIVE_ROWS(p))
        return;
    float sum = 0.0;
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x)
        sum += x[row * p.cols + i];
    const float mean = reduceSum(sum) / float(p.cols);
    float squares = 0.0;
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x) {
        const float d = x[row * p.cols + i] - mean;
        squares += d * d;
    }
    const float scale = inversesqrt(reduceSum(squares) / float(p.cols) + p.value);
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x)
        y[row * p.cols + i] = (x[row * p.cols + i] - mean) * scale * g[i] + b[i];
}
