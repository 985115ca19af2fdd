// SPDX-License-Identifier: GPL-3.0-or-later
// The experts of a token and their weights (core/ops/router/router.h). One invocation per token.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "expert_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { RouterPush p; };
layout(std430, binding = 1) restrict readonly buffer Logits { float logits[]; };  // (tokens, experts)
layout(std430, binding = 2) restrict buffer Routes { float routes[]; };           // (tokens, 2, used)

/// The expert of the largest logit among those after `last` in the order of choice; 0 if none can be compared.
uint nextExpert(uint base, uint last, bool first)
{
    const float value = first ? 0.0 : logits[base + last];
    uint best = p.experts;
    float most = 0.0;
    for (uint e = 0u; e < p.experts; ++e) {
        const float x = logits[base + e];
        const bool left = first || x < value || (x == value && e > last);
        if (left && (best == p.experts || x > most)) {
            best = e;
            most = x;
        }
    }
    return best == p.experts ? 0u : best;
}

void main()
{
    const uint token = gl_GlobalInvocationID.x;
    if (token >= LIVE_ROWS(p))
        return;
    const uint base = token * p.experts, to = token * 2u * p.used;
    uint at = 0u;
    float largest = 0.0, sum = 0.0;
    for (uint j = 0u; j < p.used; ++j) {
        at = nextExpert(base, at, j == 0u);
        if (j == 0u)
            largest = logits[base + at];
        const float share = exp(logits[base + at] - largest);
        routes[to + j] = float(at);
        routes[to + p.used + j] = share;
        sum += share;
    }
    if (p.normalise == 0u) {
        sum = 0.0;
        for (uint e = 0u; e < p.experts; ++e)
            sum += exp(logits[base + e] - largest);
    }
    for (uint j = 0u; j < p.used; ++j)
        routes[to + p.used + j] *= p.scale / sum;
}
