// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary embedding of a (tokens, heads·headDim) matrix (core/ops/rope/rope.h). One invocation per pair of columns; the
// pairs behind ropeDim are copied.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rope_params.h"
#include "step.glsl"
#include "rope.glsl"

layout(push_constant, std430) uniform Push { RopePush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };         // (tokens, heads, headDim)
layout(std430, binding = 2) restrict readonly buffer Table { float table[]; }; // (tokens, ropeDim)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; };        // (tokens, heads, headDim)

void main()
{
    const uint pairs = (p.headDim + 1u) / 2u;
    const uint head = gl_GlobalInvocationID.x / pairs, i = gl_GlobalInvocationID.x % pairs;
    const uint row = p.firstRow + gl_WorkGroupID.y;
    if (row >= LIVE_ROWS(p) || head >= p.heads)
        return;
    const uint base = (row * p.heads + head) * p.headDim;
    if (2u * i < p.ropeDim) {
        const uvec2 at = base + pairColumns(i, p.ropeDim, p.style);
        const uint t = row * p.ropeDim + i;
        const vec2 r = rotatePair(vec2(x[at.x], x[at.y]), table[t], table[t + p.ropeDim / 2u]);
        y[at.x] = r.x;
        y[at.y] = r.y;
        return;
    }
    for (uint c = 2u * i; c < min(2u * i + 2u, p.headDim); ++c)
        y[base + c] = x[base + c];
}
