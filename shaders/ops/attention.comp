// SPDX-License-Identifier: GPL-3.0-or-later
// Causal attention over the cache with online softmax (core/ops/attention/attention.h). One workgroup per HEADS query heads
// that read one key head, token and part of the keys; lane l takes keys l, l + LANES, …, and loads each for all its heads;
// the lanes' sums are merged at the end. With several parts the unnormalised sums go to `partial` for attention_merge.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint QUADS = 16u;      // ceil(headDim / 4)
layout(constant_id = 2) const bool ALIGNED = true;   // headDim is a multiple of 4: rows are read as vec4
layout(constant_id = 3) const uint HEADS = 1u;       // divides heads / kvHeads

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
layout(std430, binding = 6) restrict writeonly buffer Partial { float partial[]; }; // (rows here, heads, splits, headDim + 2)

shared vec4 laneSum[HEADS * QUADS * gl_WorkGroupSize.x]; // (head, lane, quad)
shared vec2 laneState[HEADS * gl_WorkGroupSize.x];       // maximum, sum of exponentials

// Of this lane and each head; globals because their lengths are specialization constants.
vec4 query[HEADS * QUADS], sum[HEADS * QUADS];
float top[HEADS], total[HEADS], score[HEADS];

#ifdef LATHE_CACHE_F16
#define WORD(at) ((at) >> 1)
float loadHalf(uint word, uint at) { return unpackHalf2x16(word >> (16u * (at & 1u))).x; }
vec4 unpackQuad(uvec2 w) { return vec4(unpackHalf2x16(w.x), unpackHalf2x16(w.y)); }
#else
#define WORD(at) (at)
float loadHalf(float value, uint at) { return value; }
vec4 unpackQuad(vec4 v) { return v; }
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

/// Merges the lanes' sums of head `h` of this workgroup and writes the row, or its part.
void store(uint token, uint h)
{
    const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
    float most = laneState[h * lanes].x;
    for (uint l = 1u; l < lanes; ++l)
        most = max(most, laneState[h * lanes + l].x);
    float all = 0.0;
    for (uint l = 0u; l < lanes; ++l)
        all += laneState[h * lanes + l].y * exp(laneState[h * lanes + l].x - most);
    const bool whole = p.splits == 1u;
    const uint head = gl_WorkGroupID.x * HEADS + h;
    const uint part = ((token - p.firstRow) * p.heads + head) * p.splits + gl_WorkGroupID.z;
    const uint to = whole ? (token * p.heads + head) * p.headDim : part * (p.headDim + 2u) + 2u;
    for (uint d = lane; d < QUADS; d += lanes) {
        vec4 v = vec4(0.0);
        for (uint l = 0u; l < lanes; ++l)
            v += laneSum[(h * lanes + l) * QUADS + d] * exp(laneState[h * lanes + l].x - most);
        if (whole)
            v /= all;
        for (uint j = 0u; j < 4u; ++j) {
            if (4u * d + j >= p.headDim)
                break;
            if (whole)
                y[to + 4u * d + j] = v[j];
            else
                partial[to + 4u * d + j] = v[j];
        }
    }
    if (!whole && lane == 0u) {
        partial[to - 2u] = most;
        partial[to - 1u] = all;
    }
}

/// The scores of all heads for the key whose row of the cache begins at `base`.
void scoreKey(uint base)
{
    vec4 products[HEADS];
    for (uint h = 0u; h < HEADS; ++h)
        products[h] = vec4(0.0);
    for (uint d = 0u; d < QUADS; ++d) {
        const vec4 key = loadK(base, d);
        for (uint h = 0u; h < HEADS; ++h)
            products[h] += query[h * QUADS + d] * key;
    }
    for (uint h = 0u; h < HEADS; ++h) {
        score[h] = products[h].x + products[h].y + products[h].z + products[h].w;
        if (p.softcap > 0.0)
            score[h] = p.softcap * tanh(clamp(score[h] / p.softcap, -15.0, 15.0));
    }
}

/// Adds the value of that row with the weights of the scores.
void addValue(uint base)
{
    float weight[HEADS];
    for (uint h = 0u; h < HEADS; ++h) {
        if (score[h] > top[h]) {
            const float shrink = exp(top[h] - score[h]);
            total[h] *= shrink;
            for (uint d = 0u; d < QUADS; ++d)
                sum[h * QUADS + d] *= shrink;
            top[h] = score[h];
        }
        weight[h] = exp(score[h] - top[h]);
        total[h] += weight[h];
    }
    for (uint d = 0u; d < QUADS; ++d) {
        const vec4 value = loadV(base, d);
        for (uint h = 0u; h < HEADS; ++h)
            sum[h * QUADS + d] += weight[h] * value;
    }
}

void main()
{
    const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;
    const uint token = p.firstRow + gl_WorkGroupID.y;
    if (token >= LIVE_ROWS(p))
        return;
    const uvec4 info = tokens[token];
    const uint position = min(info.y, p.context - 1u);
    const uint slotRow = min(info.z, p.slots - 1u) * p.context;
    const uint begin = p.window == 0u || position < p.window ? 0u : position + 1u - p.window;
    const uint partBegin = begin + gl_WorkGroupID.z * p.splitKeys;
    const uint partEnd = min(position + 1u, partBegin + p.splitKeys);

    const uint head = gl_WorkGroupID.x * HEADS;
    const uint kvHead = head / (p.heads / p.kvHeads);
    for (uint h = 0u; h < HEADS; ++h) {
        for (uint d = 0u; d < QUADS; ++d) {
            query[h * QUADS + d] = loadQ((token * p.heads + head + h) * p.headDim, d) * p.scale;
            sum[h * QUADS + d] = vec4(0.0);
        }
        // A finite floor: exp of the difference of two lanes without keys must be 1, not NaN.
        top[h] = -1e30;
        total[h] = 0.0;
    }
    for (uint key = partBegin + lane; key < partEnd; key += lanes) {
        const uint base = ((slotRow + key) * p.kvHeads + kvHead) * p.headDim;
        scoreKey(base);
        addValue(base);
    }
    for (uint h = 0u; h < HEADS; ++h) {
        for (uint d = 0u; d < QUADS; ++d)
            laneSum[(h * lanes + lane) * QUADS + d] = sum[h * QUADS + d];
        laneState[h * lanes + lane] = vec2(top[h], total[h]);
    }
    barrier();
    for (uint h = 0u; h < HEADS; ++h)
        store(token, h);
}
