// SPDX-License-Identifier: GPL-3.0-or-later
// rope(q) → q', rope(k) and v → cache rows slot·context + position (core/ops/rope_cache/rope_cache.h); with CACHE_WRITE_ONLY
// the cache_write op: no rotation, no q. One invocation per two columns of a head: heads 0…heads−1 are q, then k, then v.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool CACHE_WRITE_ONLY = false;

#include "rope_params.h"
#include "step.glsl"
#include "rope.glsl"
#include "cache.glsl"

layout(push_constant, std430) uniform Push { RopePush p; };
layout(std430, binding = 1) restrict readonly buffer Q { float q[]; };           // (tokens, heads, headDim)
layout(std430, binding = 2) restrict readonly buffer K { float k[]; };           // (tokens, kvHeads, headDim)
layout(std430, binding = 3) restrict readonly buffer V { float v[]; };           // (tokens, kvHeads, headDim)
layout(std430, binding = 4) restrict readonly buffer Table { float table[]; };   // (tokens, ropeDim)
layout(std430, binding = 5) restrict readonly buffer Tokens { uvec4 tokens[]; }; // id, position, slot
layout(std430, binding = 6) restrict writeonly buffer QOut { float qOut[]; };    // (tokens, heads, headDim)
#ifdef LATHE_CACHE_F16
layout(std430, binding = 7) restrict buffer KCache { uint kCache[]; }; // (slots·context, kvHeads, headDim)
layout(std430, binding = 8) restrict buffer VCache { uint vCache[]; };
#else
layout(std430, binding = 7) restrict writeonly buffer KCache { float kCache[]; };
layout(std430, binding = 8) restrict writeonly buffer VCache { float vCache[]; };
#endif

#ifdef LATHE_CACHE_F16
void put(bool key, uint at, float value)
{
    const uint shift = 16u * (at & 1u);
    const uint word = cacheHalf(value) << shift;
    const uint mask = 0xFFFFu << shift;
    // The two columns of a word may belong to two invocations: each sets only its half.
    if (key) {
        atomicAnd(kCache[at >> 1], ~mask);
        atomicOr(kCache[at >> 1], word);
    } else {
        atomicAnd(vCache[at >> 1], ~mask);
        atomicOr(vCache[at >> 1], word);
    }
}
#else
void put(bool key, uint at, float value)
{
    if (key)
        kCache[at] = value;
    else
        vCache[at] = value;
}
#endif

void main()
{
    const uint pairs = (p.headDim + 1u) / 2u;
    uint head = gl_GlobalInvocationID.x / pairs;
    const uint i = gl_GlobalInvocationID.x % pairs;
    const uint row = p.firstRow + gl_WorkGroupID.y;
    const uint queries = CACHE_WRITE_ONLY ? 0u : p.heads;
    if (row >= LIVE_ROWS(p) || head >= queries + 2u * p.kvHeads)
        return;
    const bool isQuery = head < queries;
    const bool isKey = !isQuery && head < queries + p.kvHeads;
    const uint width = isQuery ? p.heads : p.kvHeads;
    head = isQuery ? head : isKey ? head - queries : head - queries - p.kvHeads;
    const uint from = (row * width + head) * p.headDim;

    uvec2 column = uvec2(2u * i, 2u * i + 1u);
    const bool rotated = !CACHE_WRITE_ONLY && (isQuery || isKey) && 2u * i < p.ropeDim;
    if (rotated)
        column = pairColumns(i, p.ropeDim, p.style);
    const bool second = column.y < p.headDim;
    vec2 value;
    for (uint j = 0u; j < 2u; ++j) {
        const uint at = from + min(column[j], p.headDim - 1u);
        value[j] = isQuery ? q[at] : isKey ? k[at] : v[at];
    }
    if (rotated) {
        const uint t = row * p.ropeDim + i;
        value = rotatePair(value, table[t], table[t + p.ropeDim / 2u]);
    }
    if (isQuery) {
        qOut[from + column.x] = value.x;
        if (second)
            qOut[from + column.y] = value.y;
        return;
    }
    const uvec4 token = tokens[row];
    if (token.y >= p.context || token.z >= p.slots)
        return;
    const uint to = ((token.z * p.context + token.y) * p.kvHeads + head) * p.headDim;
    put(isKey, to + column.x, value.x);
    if (second)
        put(isKey, to + column.y, value.y);
}
