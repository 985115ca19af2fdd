// SPDX-License-Identifier: GPL-3.0-or-later
// loss = logsumexp(x) − x[label]; 0 for label −100 (core/ops/cross_entropy/cross_entropy.h). One workgroup per row.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"
#include "reduce.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };      // (rows, cols)
layout(std430, binding = 2) restrict readonly buffer Label { int label[]; }; // (rows)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; };     // (rows)

void main()
{
    const uint row = p.firstRow + gl_WorkGroupID.x;
    if (row >= LIVE_ROWS(p))
        return;
    const uint base = row * p.cols;
    float top = -3.402823466e38;
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x)
        top = max(top, x[base + i]);
    top = reduceMax(top);
    float total = 0.0;
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x)
        total += exp(x[base + i] - top);
    total = reduceSum(total);
    if (gl_LocalInvocationID.x != 0u)
        return;
    const int at = label[row];
    const bool counted = at >= 0 && uint(at) < p.cols;
    y[row] = counted ? log(total) + (top - x[base + uint(max(at, 0))]) : 0.0;
}
