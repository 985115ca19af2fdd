// SPDX-License-Identifier: GPL-3.0-or-later
// y = h · Wᵀ as core/ops/linear/linear.h states it, by register tiles: no shared memory, no barrier. One invocation makes
// TOKENS rows of x times QUADS row quads of W; with GLU even quads are of the gate and odd ones of the up matrix. The norm is
// folded as y = (Σ w g x) / √(mean(x²) + eps). Made for software drivers, where a load costs as much as 20 multiply-adds.
// Two modules: `linear` loads x in each invocation, `linear_lanes` (LATHE_LANES) once per subgroup of 8.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 4) const uint TOKENS = 1u;
layout(constant_id = 5) const uint QUADS = 2u;

#include "linear_io.glsl"
#include "linear_quads.glsl"

// Chunks whose x is brought at once.
#define PART_CHUNKS min(FMT_CHUNKS, 4u)

// Of this invocation; globals because their lengths are specialization constants.
Place place[QUADS];
uint row[TOKENS];
vec4 acc[TOKENS * QUADS];
vec4 xa[TOKENS], xb[TOKENS];        // the chunk's runs of h, divided as FMT_FAST_A and FMT_FAST_B say
float squares[TOKENS];              // this invocation's share of Σ x²
float sumA[TOKENS], sumB[TOKENS];   // of the A and B runs of h in the group
#ifdef FMT_UNSCALED
#define dotA acc
#define dotB acc
#else
vec4 dotA[TOKENS * QUADS], dotB[TOKENS * QUADS]; // of stored values in the group; all in dotA where scales are shared
#endif

#ifdef LATHE_LANES
#include "linear_x_lanes.glsl"
#else
#include "linear_x_own.glsl"
#endif

void clearGroup()
{
#ifndef FMT_UNSCALED
    for (uint i = 0u; i < TOKENS * QUADS; ++i)
        dotA[i] = dotB[i] = vec4(0.0);
    for (uint t = 0u; t < TOKENS; ++t)
        sumA[t] = sumB[t] = 0.0;
#endif
}

void addChunk(uint unitAt, uint g, uint c)
{
    for (uint q = 0u; q < QUADS; ++q) {
        vec4 a[4], b[4];
        fmtChunkFast(place[q].at + unitAt, g, c, a, b);
        for (uint t = 0u; t < TOKENS; ++t) {
            const uint i = t * QUADS + q;
            const vec4 da = a[0] * xa[t].x + a[1] * xa[t].y + a[2] * xa[t].z + a[3] * xa[t].w;
            const vec4 db = b[0] * xb[t].x + b[1] * xb[t].y + b[2] * xb[t].z + b[3] * xb[t].w;
            if (FMT_SHARED_SCALES != 0) {
                dotA[i] += da + db;
            } else {
                dotA[i] += da;
                dotB[i] += db;
            }
        }
    }
}

void scaleGroup(uint unitAt, uint g)
{
#ifndef FMT_UNSCALED
    for (uint q = 0u; q < QUADS; ++q) {
        vec4 sA, oA, sB, oB;
        fmtScales(place[q].at + unitAt, g, sA, oA, sB, oB);
        for (uint t = 0u; t < TOKENS; ++t) {
            const uint i = t * QUADS + q;
            if (FMT_SHARED_SCALES != 0)
                acc[i] += sA * dotA[i] + (FMT_OFFSET != 0 ? oA * (sumA[t] + sumB[t]) : vec4(0.0));
            else
                acc[i] += sA * dotA[i] + sB * dotB[i] +
                          (FMT_OFFSET != 0 ? oA * sumA[t] + oB * sumB[t] : vec4(0.0));
        }
    }
#endif
}

void addGroup(uint u, uint g)
{
    const uint unitAt = u * (2u * FMT_WORDS), k0 = u * (FMT_ELEMENTS / 4u);
    clearGroup();
    for (uint part = 0u; part < FMT_CHUNKS; part += PART_CHUNKS) {
        bringX(k0, g, part);
        for (uint i = 0u; i < PART_CHUNKS; ++i) {
            takeX(k0, g, part, i);
            addChunk(unitAt, g, part + i);
        }
    }
    scaleGroup(unitAt, g);
}

void storeTile(uint row0, uint liveRows)
{
    for (uint t = 0u; t < TOKENS; ++t) {
        const float mean = HAS_NORM ? sumOfSquares(t) / float(p.cols) : 0.0;
        const float scale = HAS_NORM ? inversesqrt(mean + p.eps) : 1.0;
        if (row0 + t >= liveRows)
            break;
        for (uint q = 0u; q < QUADS; q += HAS_GLU ? 2u : 1u) {
            const uint i = t * QUADS + q;
            if (isInside(place[q]))
                storeQuad(place[q], row0 + t, acc[i] * scale, acc[HAS_GLU ? i + 1u : i] * scale);
        }
    }
}

void main()
{
    const uint first = gl_GlobalInvocationID.x * (HAS_GLU ? QUADS / 2u : QUADS);
    const uint liveRows = min(p.maxRows, step[p.rowsWord]);
    const uint row0 = gl_WorkGroupID.y * TOKENS;
    if (row0 >= liveRows)
        return;

    // Beyond the last row an invocation works on the first one, for the others of its subgroup, and stores nothing.
    for (uint q = 0u; q < QUADS; ++q) {
        place[q] = HAS_GLU ? placeInSegment(q & 1u, first + q / 2u) : placeOf(first + q);
        place[q].at = isInside(place[q]) ? place[q].at : 0u;
    }
    for (uint t = 0u; t < TOKENS; ++t) {
        row[t] = min(row0 + t, liveRows - 1u);
        squares[t] = 0.0;
    }
    for (uint i = 0u; i < TOKENS * QUADS; ++i)
        acc[i] = vec4(0.0);
    for (uint u = 0u; u < p.units; ++u) {
        for (uint g = 0u; g < FMT_GROUPS; ++g)
            addGroup(u, g);
    }
    storeTile(row0, liveRows);
}
