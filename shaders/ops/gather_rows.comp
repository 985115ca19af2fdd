// SPDX-License-Identifier: GPL-3.0-or-later
// y_i = x[index_i] (core/ops/gather_rows/gather_rows.h). One invocation per element.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };        // (option rows, cols)
layout(std430, binding = 2) restrict readonly buffer Index { uint index_[]; }; // (rows)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; };       // (rows, cols)

void main()
{
    const uint column = gl_GlobalInvocationID.x;
    const uint row = p.firstRow + gl_WorkGroupID.y;
    if (row >= LIVE_ROWS(p) || column >= p.cols)
        return;
    y[row * p.cols + column] = x[min(index_[row], p.option - 1u) * p.cols + column];
}
