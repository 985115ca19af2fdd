// SPDX-License-Identifier: GPL-3.0-or-later
// Merges the parts that attention made: y = Σ_s e^(m_s − m) a_s / Σ_s e^(m_s − m) l_s, m = max m_s (Dao et al. 2023,
// flash decoding). One invocation per element of y.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "attention_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { AttentionPush p; };
layout(std430, binding = 1) restrict readonly buffer Partial { float partial[]; }; // (rows here, heads, splits, headDim + 2)
layout(std430, binding = 2) restrict writeonly buffer Y { float y[]; };            // (tokens, heads, headDim)

void main()
{
    const uint head = gl_GlobalInvocationID.x / p.headDim, d = gl_GlobalInvocationID.x % p.headDim;
    const uint token = p.firstRow + gl_WorkGroupID.y;
    if (token >= LIVE_ROWS(p) || head >= p.heads)
        return;
    const uint stride = p.headDim + 2u;
    const uint base = (gl_WorkGroupID.y * p.heads + head) * p.splits * stride;
    float top = partial[base];
    for (uint s = 1u; s < p.splits; ++s)
        top = max(top, partial[base + s * stride]);
    float sum = 0.0, total = 0.0;
    for (uint s = 0u; s < p.splits; ++s) {
        const float weight = exp(partial[base + s * stride] - top);
        sum += weight * partial[base + s * stride + 2u + d];
        total += weight * partial[base + s * stride + 1u];
    }
    y[(token * p.heads + head) * p.headDim + d] = sum / total;
}
