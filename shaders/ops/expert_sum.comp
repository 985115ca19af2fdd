// SPDX-License-Identifier: GPL-3.0-or-later
// y = Σ_j w_j · z_j [+ sigmoid(g) · s] (core/ops/expert_sum/expert_sum.h). One invocation per element.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "expert_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { ExpertSumPush p; };
layout(std430, binding = 1) restrict readonly buffer Z { float z[]; };           // (tokens, used, cols)
layout(std430, binding = 2) restrict readonly buffer Routes { float routes[]; }; // (tokens, 2, used)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; };          // (tokens, cols)
layout(std430, binding = 4) restrict readonly buffer Shared { float always[]; }; // (tokens, cols)
layout(std430, binding = 5) restrict readonly buffer Gate { float gate[]; };     // (tokens)

void main()
{
    const uint column = gl_GlobalInvocationID.x, token = gl_WorkGroupID.y;
    if (token >= LIVE_ROWS(p) || column >= p.cols)
        return;
    float sum = 0.0;
    for (uint j = 0u; j < p.used; ++j)
        sum += routes[(token * 2u + 1u) * p.used + j] * z[(token * p.used + j) * p.cols + column];
    if (p.shared_ != 0u)
        sum += always[token * p.cols + column] / (1.0 + exp(-gate[token]));
    y[token * p.cols + column] = sum;
}
