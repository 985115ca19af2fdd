// SPDX-License-Identifier: GPL-3.0-or-later
// y = softmax(scale · x) along each row (core/ops/softmax/softmax.h). One workgroup per row.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"
#include "reduce.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };  // (rows, cols)
layout(std430, binding = 2) restrict writeonly buffer Y { float y[]; }; // (rows, cols)

void main()
{
    const uint row = p.firstRow + gl_WorkGroupID.x;
    if (row >= LIVE_ROWS(p))
        return;
    const uint base = row * p.cols;
    float top = -3.402823466e38;
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x)
        top = max(top, x[base + i] * p.value);
    top = reduceMax(top);
    float total = 0.0;
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x)
        total += exp(x[base + i] * p.value - top);
    const float inverse = 1.0 / reduceSum(total);
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x)
        y[base + i] = exp(x[base + i] * p.value - top) * inverse;
}
