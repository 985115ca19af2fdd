// SPDX-License-Identifier: GPL-3.0-or-later
// y = a + b; with option 1 b is one row (core/ops/add/add.h). One invocation per element.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer A { float a[]; };  // (rows, cols)
layout(std430, binding = 2) restrict readonly buffer B { float b[]; };  // (rows or 1, cols)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; }; // (rows, cols)

void main()
{
    const uint column = gl_GlobalInvocationID.x;
    const uint row = p.firstRow + gl_WorkGroupID.y;
    if (row >= LIVE_ROWS(p) || column >= p.cols)
        return;
    const uint at = row * p.cols + column;
    y[at] = a[at] + b[p.option != 0u ? column : at];
}
