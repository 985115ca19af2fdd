// SPDX-License-Identifier: GPL-3.0-or-later
// y_tj = W_e · x (core/ops/expert_linear/expert_linear.h). LANES lanes share a row quad of W, each takes every LANES-th
// chunk of 8 columns, and their sums are added by a tree in shared memory. An expert's rows need not begin with a quad:
// quads are counted over all of W, and rows of the neighbours are not stored.
#version 450
#extension GL_GOOGLE_include_directive : require
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool ALIGNED = false; // K is a multiple of FMT_ELEMENTS, so x is read as vec4
layout(constant_id = 2) const uint LANES = 1u;      // a power of two that divides the workgroup

#include "expert_params.h"
#include "step.glsl"

layout(push_constant, std430) uniform Push { ExpertLinearPush p; };
layout(std430, binding = 1) restrict readonly buffer X4 { vec4 x4[]; };          // (tokens, 1 or used, K)
layout(std430, binding = 1) restrict readonly buffer X1 { float x1[]; };         // the same
layout(std430, binding = 2) restrict readonly buffer W { uvec4 w4[]; };          // device layout
layout(std430, binding = 3) restrict readonly buffer Routes { float routes[]; }; // (tokens, 2, used)
layout(std430, binding = 4) restrict writeonly buffer Y { float y[]; };          // (tokens, used, N)

uvec4 fmtWord(uint at, uint w) { return w4[at + 2u * w]; }
#include "format.glsl"

shared vec4 partial[gl_WorkGroupSize.x];

/// Elements 4 k4 … 4 k4 + 3 of row `row` of x; 0 beyond the row's end.
vec4 loadX(uint row, uint k4)
{
    if (ALIGNED)
        return x4[row * (p.cols >> 2) + k4];
    vec4 v = vec4(0.0);
    for (uint j = 0u; j < 4u; ++j) {
        if (4u * k4 + j < p.cols)
            v[j] = x1[row * p.cols + 4u * k4 + j];
    }
    return v;
}

/// The share of chunk `index` of the quad that begins at `at`, for its four rows.
vec4 chunkSum(uint at, uint row, uint index)
{
    const uint unit = index / (FMT_GROUPS * FMT_CHUNKS), rest = index % (FMT_GROUPS * FMT_CHUNKS);
    const uint g = rest / FMT_CHUNKS, c = rest % FMT_CHUNKS;
    const uint here = at + unit * (2u * FMT_WORDS), k0 = unit * (FMT_ELEMENTS / 4u);
    const vec4 xa = loadX(row, k0 + fmtA(g, c)), xb = loadX(row, k0 + fmtB(g, c));
    vec4 a[4], b[4];
    fmtChunk(here, g, c, a, b);
    const vec4 da = a[0] * xa.x + a[1] * xa.y + a[2] * xa.z + a[3] * xa.w;
    const vec4 db = b[0] * xb.x + b[1] * xb.y + b[2] * xb.z + b[3] * xb.w;
#ifdef FMT_UNSCALED
    return da + db;
#else
    vec4 sA, oA, sB, oB;
    fmtScales(here, g, sA, oA, sB, oB);
    const float sumA = dot(xa, vec4(1.0)), sumB = dot(xb, vec4(1.0));
    if (FMT_SHARED_SCALES != 0)
        return sA * (da + db) + (FMT_OFFSET != 0 ? oA * (sumA + sumB) : vec4(0.0));
    return sA * da + sB * db + (FMT_OFFSET != 0 ? oA * sumA + oB * sumB : vec4(0.0));
#endif
}

void main()
{
    const uint teams = gl_WorkGroupSize.x / LANES; // row quads of a workgroup
    const uint id = gl_LocalInvocationID.x, team = id % teams, lane = id / teams;
    const uint token = gl_WorkGroupID.y, slot = gl_WorkGroupID.z;
    if (token >= LIVE_ROWS(p))
        return;
    const uint first = uint(routes[token * 2u * p.used + slot]) * p.rows;
    const uint row = 4u * (first / 4u + gl_WorkGroupID.x * teams + team);
    const bool inside = row < first + p.rows && row >= p.sliceRow && row < p.sliceRow + p.sliceRows;
    const uint inSlice = row - p.sliceRow;
    const uint at = (inSlice >> 3) * p.units * (2u * FMT_WORDS) + ((inSlice >> 2) & 1u);
    const uint source = p.perSlot != 0u ? token * p.used + slot : token;

    vec4 sum = vec4(0.0);
    const uint chunks = inside ? p.units * (FMT_GROUPS * FMT_CHUNKS) : 0u;
    for (uint index = lane; index < chunks; index += LANES)
        sum += chunkSum(at, source, index);

    if (LANES > 1u) {
        partial[id] = sum;
        barrier();
        for (uint half_ = LANES / 2u; half_ > 0u; half_ /= 2u) {
            if (lane < half_)
                partial[id] += partial[id + half_ * teams];
            barrier();
        }
        sum = partial[id];
    }
    if (!inside || lane != 0u)
        return;
    for (uint j = 0u; j < 4u; ++j) {
        if (row + j >= first && row + j < first + p.rows)
            y[(token * p.used + slot) * p.rows + row + j - first] = sum[j];
    }
}
