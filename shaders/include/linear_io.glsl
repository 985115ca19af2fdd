// SPDX-License-Identifier: GPL-3.0-or-later
// Bindings and specialization constants that all linear kernels share.

#include "linear_params.h"

layout(constant_id = 1) const uint FLAGS = 0u;      // kLinear… of core/ops/linear/linear.h
layout(constant_id = 2) const uint ACTIVATION = 0u;
layout(constant_id = 3) const bool ALIGNED = false; // K is a multiple of FMT_ELEMENTS, so x is read as vec4
#define HAS_NORM ((FLAGS & 1u) != 0u)
#define HAS_BIAS ((FLAGS & 2u) != 0u)
#define HAS_RESIDUAL ((FLAGS & 4u) != 0u)
#define HAS_GLU ((FLAGS & 8u) != 0u)

layout(push_constant, std430) uniform Push { LinearPush p; };
layout(std430, binding = 0) restrict readonly buffer Step { uint step[]; };
layout(std430, binding = 1) restrict readonly buffer X4 { vec4 x4[]; };        // (rows, K)
layout(std430, binding = 1) restrict readonly buffer X1 { float x1[]; };       // the same
layout(std430, binding = 2) restrict readonly buffer W { uvec4 w4[]; };        // device layout
layout(std430, binding = 3) restrict writeonly buffer Y0 { float y0[]; };      // (rows, N0)
layout(std430, binding = 4) restrict writeonly buffer Y1 { float y1[]; };
layout(std430, binding = 5) restrict writeonly buffer Y2 { float y2[]; };
layout(std430, binding = 6) restrict readonly buffer G4 { vec4 g4[]; };        // (K)
layout(std430, binding = 6) restrict readonly buffer G1 { float g1[]; };
layout(std430, binding = 7) restrict readonly buffer B0 { float b0[]; };       // (N0)
layout(std430, binding = 8) restrict readonly buffer B1 { float b1[]; };
layout(std430, binding = 9) restrict readonly buffer B2 { float b2[]; };
layout(std430, binding = 10) restrict readonly buffer Residual { float residual[]; }; // (rows, N0)

uvec4 fmtWord(uint at, uint w) { return w4[at + 2u * w]; }
#include "format.glsl"

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

vec4 loadG(uint k4)
{
    if (ALIGNED)
        return g4[k4];
    vec4 v = vec4(0.0);
    for (uint j = 0u; j < 4u; ++j) {
        if (4u * k4 + j < p.cols)
            v[j] = g1[4u * k4 + j];
    }
    return v;
}

float loadBias(uint segment, uint column)
{
    return segment == 0u ? b0[column] : segment == 1u ? b1[column] : b2[column];
}

void storeY(uint segment, uint row, uint column, float v)
{
    const uint at = row * p.outCols[segment] + column;
    if (HAS_RESIDUAL)
        v += residual[at];
    if (segment == 0u)
        y0[at] = v;
    else if (segment == 1u)
        y1[at] = v;
    else
        y2[at] = v;
}
