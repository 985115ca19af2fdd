// SPDX-License-Identifier: GPL-3.0-or-later
// Index of each row's largest element, the smallest among equals (core/ops/argmax/argmax.h). One workgroup per row.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "rows_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };    // (rows, cols)
layout(std430, binding = 2) restrict writeonly buffer Y { uint best[]; }; // (rows)

shared float laneValue[gl_WorkGroupSize.x];
shared uint laneIndex[gl_WorkGroupSize.x];

void main()
{
    const uint row = p.firstRow + gl_WorkGroupID.x, lane = gl_LocalInvocationID.x;
    if (row >= LIVE_ROWS(p))
        return;
    float value = -3.402823466e38;
    uint at = 0xFFFFFFFFu;
    for (uint i = lane; i < p.cols; i += gl_WorkGroupSize.x) {
        const float v = x[row * p.cols + i];
        if (at == 0xFFFFFFFFu || v > value) {
            value = v;
            at = i;
        }
    }
    laneValue[lane] = value;
    laneIndex[lane] = at;
    barrier();
    if (lane != 0u)
        return;
    for (uint l = 1u; l < gl_WorkGroupSize.x; ++l) {
        const bool larger = laneValue[l] > value || (laneValue[l] == value && laneIndex[l] < at);
        if (laneIndex[l] != 0xFFFFFFFFu && larger) {
            value = laneValue[l];
            at = laneIndex[l];
        }
    }
    best[row] = at;
}
