// SPDX-License-Identifier: GPL-3.0-or-later
// Causal attention over the cache with online softmax (core/ops/attention/attention.h). One workgroup per head, token and
// part of the keys; lane l takes keys l, l + LANES, …; the lanes' sums are merged at the end. With several parts the
// unnormalised sums go to `partial` for attention_merge.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint QUADS = 16u;      // ceil(headDim / 4)
layout(constant_id = 2) const bool ALIGNED = true;   // headDim is a multiple of 4: rows are read as vec4

#include "attention_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { AttentionPush p; };
layout(std430, binding = 1) restrict readonly buffer Q4 { vec4 q4[]; };          // (tokens, heads, headDim)
layout(std430, binding = 1) restrict readonly buffer Q1 { float q1[]; };
#ifdef LATHE_CACHE_F16
layout(std430, binding = 2) restrict readonly buffer K4 { uvec2 k4[]; };         // (slots·context, kvHeads, headDim)
layout(std430, binding = 2) restrict readonly buffer K1 { uint k1[]; };
layout(std430, binding = 3) restrict readonly buffer V4 { uvec2 v4[]; };
layout(std430, binding = 3) restrict readonly buffer V1 { uint v1[]; };
#else
layout(std430, binding = 2) restrict readonly buffer K4 { vec4 k4[]; };          // (slots·context, kvHeads, headDim)
layout(std430, binding = 2) restrict readonly buffer K1 { float k1[]; };
layout(std430, binding = 3) restrict readonly buffer V4 { vec4 v4[]; };
layout(std430, binding = 3) restrict readonly buffer V1 { float v1[]; };
#endif
layout(std430, binding = 4) restrict readonly buffer Tokens { uvec4 tokens[]; }; // id, position, slot
layout(std430, binding = 5) restrict writeonly buffer Y { float y[]; };          // (tokens, heads, headDim)
layout(std430, binding = 6) restrict writeonly buffer Partial { float partial[]; }; // (tokens, heads, splits, headDim + 2)

shared vec4 laneSum[gl_WorkGroupSize.x * QUADS];
shared vec2 laneState[gl_WorkGroupSize.x]; // maximum, sum of exponentials

#ifdef LATHE_CACHE_F16
float loadHalf(uint word, uint at) { return unpackHalf2x16(word >> (16u * (at & 1u))).x; }
vec4 unpackQuad(uvec2 w) { return vec4(unpackHalf2x16(w.x), unpackHalf2x16(w.y)); }
#else
float loadHalf(float value, uint at) { return value; }
vec4 unpackQuad(vec4 v) { return v; }
#endif
#ifdef LATHE_CACHE_F16
#define WORD(at) ((at) >> 1)
#else
#define WORD(at) (at)
#endif

vec4 loadK(uint base, uint d)
{
    if (ALIGNED)
        return unpackQuad(k4[base / 4u + d]);
    vec4 v = vec4(0.0);
    for (uint j = 0u; j < 4u; ++j) {
        const uint at = base + 4u * d + j;
        if (4u * d + j < p.headDim)
            v[j] = loadHalf(k1[WORD(at)], at);
    }
    return v;
}

vec4 loadV(uint base, uint d)
{
    if (ALIGNED)
        return unpackQuad(v4[base / 4u + d]);
    vec4 v = vec4(0.0);
    for (uint j = 0u; j < 4u; ++j) {
        const uint at = base + 4u * d + j;
        if (4u * d + j < p.headDim)
            v[j] = loadHalf(v1[WORD(at)], at);
    }
    return v;
}

vec4 loadQ(uint base, uint d)
{
    if (ALIGNED)
        return q4[base / 4u + d];
    vec4 v = vec4(0.0);
    for (uint j = 0u; j < 4u; ++j) {
        if (4u * d + j < p.headDim)
            v[j] = q1[base + 4u * d + j];
    }
    return v;
}

/// Merges the lanes and writes the row, or its part.
void store(uint token, uint head)
{
    const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
    float top = laneState[0].x;
    for (uint l = 1u; l < lanes; ++l)
        top = max(top, laneState[l].x);
    float total = 0.0;
    for (uint l = 0u; l < lanes; ++l)
        total += laneState[l].y * exp(laneState[l].x - top);
    const bool whole = p.splits == 1u;
    const uint row = token * p.heads + head;
    const uint to = whole ? row * p.headDim : (row * p.splits + gl_WorkGroupID.z) * (p.headDim + 2u) + 2u;
    for (uint d = lane; d < QUADS; d += lanes) {
        vec4 sum = vec4(0.0);
        for (uint l = 0u; l < lanes; ++l)
            sum += laneSum[l * QUADS + d] * exp(laneState[l].x - top);
        if (whole)
            sum /= total;
        for (uint j = 0u; j < 4u; ++j) {
            if (4u * d + j >= p.headDim)
                break;
            if (whole)
                y[to + 4u * d + j] = sum[j];
            else
                partial[to + 4u * d + j] = sum[j];
        }
    }
    if (!whole && lane == 0u) {
        partial[to - 2u] = top;
        partial[to - 1u] = total;
    }
}

void main()
{
    const uint head = gl_WorkGroupID.x;
    const uint token = p.firstRow + gl_WorkGroupID.y;
    if (token >= LIVE_ROWS(p))
        return;
    const uvec4 info = tokens[token];
    const uint position = min(info.y, p.context - 1u);
    const uint slotRow = min(info.z, p.slots - 1u) * p.context;
    const uint begin = p.window == 0u || position < p.window ? 0u : position + 1u - p.window;
    const uint partBegin = begin + gl_WorkGroupID.z * p.splitKeys;
    const uint partEnd = min(position + 1u, partBegin + p.splitKeys);

    const uint queryBase = (token * p.heads + head) * p.headDim;
    const uint kvHead = head / (p.heads / p.kvHeads);
    vec4 query[QUADS], sum[QUADS];
    for (uint d = 0u; d < QUADS; ++d) {
        query[d] = loadQ(queryBase, d) * p.scale;
        sum[d] = vec4(0.0);
    }
    // A finite floor: exp of the difference of two lanes without keys must be 1, not NaN.
    float top = -1e30, total = 0.0;
    for (uint key = partBegin + gl_LocalInvocationID.x; key < partEnd; key += gl_WorkGroupSize.x) {
        const uint base = ((slotRow + key) * p.kvHeads + kvHead) * p.headDim;
        vec4 products = vec4(0.0);
        for (uint d = 0u; d < QUADS; ++d)
            products += query[d] * loadK(base, d);
        float score = products.x + products.y + products.z + products.w;
        if (p.softcap > 0.0)
            score = p.softcap * tanh(clamp(score / p.softcap, -15.0, 15.0));
        if (score > top) {
            const float shrink = exp(top - score);
            total *= shrink;
            for (uint d = 0u; d < QUADS; ++d)
                sum[d] *= shrink;
            top = score;
        }
        const float weight = exp(score - top);
        total += weight;
        for (uint d = 0u; d < QUADS; ++d)
            sum[d] += weight * loadV(base, d);
    }
    for (uint d = 0u; d < QUADS; ++d)
        laneSum[gl_LocalInvocationID.x * QUADS + d] = sum[d];
    laneState[gl_LocalInvocationID.x] = vec2(top, total);
    barrier();
    store(token, head);
}
