// SPDX-License-Identifier: GPL-3.0-or-later
// The outlier columns of LLM.int8() (core/ops/int8_round/int8_round.h): y_tc = 1 where |h_uc| >= threshold in any row u of t's
// sequence, else 0. One invocation per column.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;

#include "half_round.glsl"
#include "rows_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { RowsPush p; };
layout(std430, binding = 1) restrict readonly buffer X { float x[]; };          // (rows, cols)
layout(std430, binding = 2) restrict readonly buffer Tokens { int tokens[]; };  // (rows, 4)
layout(std430, binding = 3) restrict writeonly buffer Y { float y[]; };         // (rows, cols)

#define TOKEN_COLUMNS 4u
#define TOKEN_SLOT 2u

void main()
{
    const uint c = gl_GlobalInvocationID.x, rows = LIVE_ROWS(p);
    if (c >= p.cols)
        return;
    uint first = 0u;
    float mark = 0.0;
    for (uint t = 0u; t < rows; ++t) {
        if (p.value > 0.0 && abs(asHalf(x[t * p.cols + c])) >= p.value)
            mark = 1.0;
        const bool last = t + 1u == rows || (p.option == 0u && tokens[t * TOKEN_COLUMNS + TOKEN_SLOT] !=
                                                                   tokens[(t + 1u) * TOKEN_COLUMNS + TOKEN_SLOT]);
        if (last) {
            for (uint u = first; u <= t; ++u)
                y[u * p.cols + c] = mark;
            first = t + 1u;
            mark = 0.0;
        }
    }
}
