// SPDX-License-Identifier: GPL-3.0-or-later
// The k largest elements of each row, equals by index (core/ops/top_k/top_k.h). One workgroup per row; each lane keeps the
// best of its elements that come after the last one taken, and rescans only when its own was taken. A dispatch finds ranks
// begin … end − 1 and goes on from the rank before, so that the loops of one invocation stay short.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };          // (rows, cols)
layout(std430, binding = 2) restrict buffer Values { float values[]; };  // (rows, k)
layout(std430, binding = 3) restrict buffer Indices { uint indices[]; }; // (rows, k)

shared float laneValue[gl_WorkGroupSize.x];
shared uint laneIndex[gl_WorkGroupSize.x];

const uint kNone = 0xFFFFFFFFu;

/// Whether (v, i) comes after (lastV, lastI) in descending order, equals by index.
bool after(float v, uint i, float lastV, uint lastI)
{
    return lastI == kNone || v < lastV || (v == lastV && i > lastI);
}

void scan(uint row, float lastV, uint lastI, out float value, out uint at)
{
    value = 0.0;
    at = kNone;
    for (uint i = gl_LocalInvocationID.x; i < p.cols; i += gl_WorkGroupSize.x) {
        const float v = x[row * p.cols + i];
        if (after(v, i, lastV, lastI) && (at == kNone || v > value)) {
            value = v;
            at = i;
        }
    }
}

void main()
{
    const uint row = p.firstRow + gl_WorkGroupID.x, lane = gl_LocalInvocationID.x;
    if (row >= LIVE_ROWS(p))
        return;
    float value, lastV = 0.0;
    uint at, lastI = kNone;
    if (p.begin > 0u) {
        lastV = values[row * p.option + p.begin - 1u];
        lastI = indices[row * p.option + p.begin - 1u];
    }
    scan(row, lastV, lastI, value, at);
    for (uint n = p.begin; n < p.end; ++n) {
        laneValue[lane] = value;
        laneIndex[lane] = at;
        barrier();
        uint winner = kNone;
        for (uint l = 0u; l < gl_WorkGroupSize.x; ++l) {
            if (laneIndex[l] == kNone)
                continue;
            const bool better = winner == kNone || laneValue[l] > laneValue[winner] ||
                                (laneValue[l] == laneValue[winner] && laneIndex[l] < laneIndex[winner]);
            if (better)
                winner = l;
        }
        lastV = laneValue[winner];
        lastI = laneIndex[winner];
        barrier();
        if (lane == winner) {
            values[row * p.option + n] = lastV;
            indices[row * p.option + n] = lastI;
            scan(row, lastV, lastI, value, at);
        }
    }
}
