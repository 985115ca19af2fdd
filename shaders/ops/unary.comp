// SPDX-License-Identifier: GPL-3.0-or-later
// y = f(x), option = function (core/ops/unary/unary.h), value = its constant. One invocation per element.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"
#include "activation.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };  // (rows, cols)
layout(std430, binding = 2) restrict writeonly buffer Y { float y[]; }; // (rows, cols)

const uint kSoftcap = 4u;

/// By its series where exp would lose digits: the next term is 62 v⁹/2835, below 1e-8 of v.
float tanhExact(float v)
{
    const float q = v * v;
    if (q < 0.0225)
        return v * (1.0 - q * (1.0 / 3.0 - q * (2.0 / 15.0 - q * (17.0 / 315.0))));
    const float t = exp(-2.0 * min(abs(v), 15.0));
    return sign(v) * (1.0 - t) / (1.0 + t);
}

void main()
{
    const uint column = gl_GlobalInvocationID.x;
    const uint row = p.firstRow + gl_WorkGroupID.y;
    if (row >= LIVE_ROWS(p) || column >= p.cols)
        return;
    const float v = x[row * p.cols + column];
    y[row * p.cols + column] = p.option == kSoftcap ? p.value * tanhExact(v / p.value) : activate(p.option, vec4(v)).x;
}
