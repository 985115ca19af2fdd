// SPDX-License-Identifier: GPL-3.0-or-later
// y = act(gate) ⊙ up, option = activation (core/ops/glu/glu.h). One invocation per element.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"
#include "activation.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer Gate { float gate[]; }; // (rows, cols)
layout(std430, binding = 2) restrict readonly buffer Up { float up[]; };     // (rows, cols)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; };      // (rows, cols)

void main()
{
    const uint column = gl_GlobalInvocationID.x;
    const uint row = p.firstRow + gl_WorkGroupID.y;
    if (row >= LIVE_ROWS(p) || column >= p.cols)
        return;
    const uint at = row * p.cols + column;
    y[at] = activate(p.option, vec4(gate[at])).x * up[at];
}
