// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds rows as LLM.int8() does (core/ops/int8_round/int8_round.h); y has the marks of int8_outliers.comp before. One
// workgroup per row.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "half_round.glsl"
#include "reduce.glsl"
#include "rows_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; }; // (rows, cols)
layout(std430, binding = 2) restrict buffer Y { float y[]; };          // (rows, cols)

#define STEP 0.00787415748 // 127 times the number that bitsandbytes has for 1 / 127^2

void main()
{
    const uint row = p.firstRow + gl_WorkGroupID.x;
    if (row >= LIVE_ROWS(p))
        return;
    const uint base = row * p.cols;
    float largest = 0.0;
    for (uint c = gl_LocalInvocationID.x; c < p.cols; c += gl_WorkGroupSize.x) {
        const float size = abs(asHalf(x[base + c]));
        if (!(p.value > 0.0 && size >= p.value))
            largest = max(largest, size);
    }
    largest = reduceMax(largest);
    const float up = largest > 0.0 ? 127.0 / largest : 0.0, down = largest * STEP;
    for (uint c = gl_LocalInvocationID.x; c < p.cols; c += gl_WorkGroupSize.x) {
        const float v = x[base + c];
        y[base + c] = y[base + c] != 0.0 ? v : roundEven(asHalf(v) * up) * down;
    }
}
