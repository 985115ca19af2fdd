// SPDX-License-Identifier: GPL-3.0-or-later
// y = h · Wᵀ as core/ops/linear/linear.h states it, for few rows of x on a GPU: LANES lanes share a row quad of W (with
// GLU the quads of gate and up), each takes every LANES-th chunk of 8 columns for TOKENS rows of x, and their sums are
// added by a tree in shared memory. Neighbouring invocations read neighbouring quads, then neighbouring chunks, which
// is how the device layout lies in memory. The norm is folded as y = (Σ w g x) / √(mean(x²) + eps).
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 4) const uint TOKENS = 1u; // at most 8
layout(constant_id = 5) const uint QUADS = 1u;  // 2 with GLU
layout(constant_id = 6) const uint LANES = 8u;  // a power of two that divides the workgroup

#include "linear_io.glsl"
#include "linear_quads.glsl"

#define SUMS (TOKENS * QUADS)
#define SLOTS (TOKENS * QUADS + (TOKENS + 3u) / 4u) // sums, then the squares of four rows of x each
shared vec4 partial[SLOTS * gl_WorkGroupSize.x];

// Of this invocation; globals because their lengths are specialization constants.
Place place[QUADS];
uint row[TOKENS];
vec4 acc[SLOTS], xa[TOKENS], xb[TOKENS];

/// Adds quad `q`'s share of a chunk to its sums of all rows of x.
void addQuad(uint q, Chunk chunk)
{
    vec4 a[4], b[4];
    fmtChunk(place[q].at + chunk.at, chunk.g, chunk.c, a, b);
#ifndef FMT_UNSCALED
    vec4 sA, oA, sB, oB;
    fmtScales(place[q].at + chunk.at, chunk.g, sA, oA, sB, oB);
#endif
    for (uint t = 0u; t < TOKENS; ++t) {
        const uint i = t * QUADS + q;
        const vec4 da = a[0] * xa[t].x + a[1] * xa[t].y + a[2] * xa[t].z + a[3] * xa[t].w;
        const vec4 db = b[0] * xb[t].x + b[1] * xb[t].y + b[2] * xb[t].z + b[3] * xb[t].w;
#if defined(FMT_UNSCALED)
        acc[i] += da + db;
#else
        const float sumA = dot(xa[t], vec4(1.0)), sumB = dot(xb[t], vec4(1.0));
        if (FMT_SHARED_SCALES != 0)
            acc[i] += sA * (da + db) + (FMT_OFFSET != 0 ? oA * (sumA + sumB) : vec4(0.0));
        else
            acc[i] += sA * da + sB * db + (FMT_OFFSET != 0 ? oA * sumA + oB * sumB : vec4(0.0));
#endif
    }
}

/// Adds the share of chunk `index` to all sums; slot SUMS + t / 4 has the squares of row t.
void addChunk(uint index)
{
    const Chunk chunk = chunkOf(index);
    const uint ka = chunk.k0 + fmtA(chunk.g, chunk.c), kb = chunk.k0 + fmtB(chunk.g, chunk.c);
    for (uint t = 0u; t < TOKENS; ++t) {
        xa[t] = loadX(row[t], ka);
        xb[t] = loadX(row[t], kb);
        if (HAS_NORM) {
            acc[SUMS + t / 4u][t % 4u] += dot(xa[t], xa[t]) + dot(xb[t], xb[t]);
            xa[t] *= loadG(ka);
            xb[t] *= loadG(kb);
        }
    }
    for (uint q = 0u; q < QUADS; ++q)
        addQuad(q, chunk);
}

void main()
{
    const uint teams = gl_WorkGroupSize.x / LANES; // row quads of a workgroup
    const uint id = gl_LocalInvocationID.x, team = id % teams, lane = id / teams;
    const uint quad = gl_WorkGroupID.x * teams + team;
    const uint liveRows = min(p.maxRows, step[p.rowsWord]);
    const uint row0 = gl_WorkGroupID.y * TOKENS;
    if (row0 >= liveRows)
        return;

    for (uint q = 0u; q < QUADS; ++q)
        place[q] = HAS_GLU ? placeInSegment(q, quad) : placeOf(quad);
    for (uint t = 0u; t < TOKENS; ++t)
        row[t] = min(row0 + t, liveRows - 1u);
    for (uint i = 0u; i < SLOTS; ++i)
        acc[i] = vec4(0.0);
    const bool inside = isInside(place[0]);
    const uint chunks = inside ? chunkCount() : 0u;
    for (uint index = lane; index < chunks; index += LANES)
        addChunk(index);

    for (uint i = 0u; i < SLOTS; ++i)
        partial[i * gl_WorkGroupSize.x + id] = acc[i];
    barrier();
    for (uint half_ = LANES / 2u; half_ > 0u; half_ /= 2u) {
        if (lane < half_) {
            for (uint i = 0u; i < SLOTS; ++i) {
                const uint at = i * gl_WorkGroupSize.x + id;
                partial[at] += partial[at + half_ * teams];
            }
        }
        barrier();
    }

    // Lane t of a team stores row t of x.
    for (uint t = lane; t < TOKENS; t += LANES) {
        if (!inside || row0 + t >= liveRows)
            break;
        const float squares = partial[(SUMS + t / 4u) * gl_WorkGroupSize.x + team][t % 4u];
        const float scale = HAS_NORM ? inversesqrt(squares / float(p.cols) + p.eps) : 1.0;
        const vec4 v = partial[(t * QUADS) * gl_WorkGroupSize.x + team] * scale;
        const vec4 up = partial[(t * QUADS + QUADS - 1u) * gl_WorkGroupSize.x + team] * scale;
        storeQuad(place[0], row0 + t, v, up);
    }
}
