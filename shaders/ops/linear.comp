// SPDX-License-Identifier: GPL-3.0-or-later
// y = h · Wᵀ as core/ops/linear/linear.h states it, by register tiles: no shared memory, no barrier. One invocation makes
// TOKENS rows of x times QUADS row quads of W; with GLU even quads are of the gate and odd ones of the up matrix. The norm is
// folded as y = (Σ w g x) / √(mean(x²) + eps). Made for software drivers, where a load costs as much as 20 multiply-adds.
#version 450
#extension GL_GOOGLE_include_directive : require

layout(local_size_x_id = 0) in;
layout(constant_id = 4) const uint TOKENS = 1u;
layout(constant_id = 5) const uint QUADS = 2u;

#include "linear_io.glsl"
#include "activation.glsl"

struct Place {
    uint segment, column, at; // matrix, its first row here, uvec4 of the quad's first word
};

/// Row quad `quad` of segment `s`: quads 2i and 2i + 1 are the halves of row group i.
Place placeInSegment(uint s, uint quad)
{
    const LinearSegment seg = p.segment[s];
    return Place(s, 4u * quad, seg.weight + (quad >> 1) * p.units * (2u * FMT_WORDS) + (quad & 1u));
}

Place placeOf(uint quad)
{
    uint s = 0u;
    for (uint i = 1u; i < p.segments; ++i) {
        if (quad >= p.segment[i].firstQuad)
            s = i;
    }
    return placeInSegment(s, quad - p.segment[s].firstQuad);
}

void main()
{
    const uint first = gl_GlobalInvocationID.x * (HAS_GLU ? QUADS / 2u : QUADS);
    const uint liveRows = min(p.maxRows, step[p.rowsWord]);
    const uint row0 = gl_GlobalInvocationID.y * TOKENS;
    if (row0 >= liveRows)
        return;

    Place place[QUADS];
    for (uint q = 0u; q < QUADS; ++q)
        place[q] = HAS_GLU ? placeInSegment(q & 1u, first + q / 2u) : placeOf(first + q);
    if (place[0].column >= p.segment[place[0].segment].rows)
        return;

    uint row[TOKENS];
    for (uint t = 0u; t < TOKENS; ++t)
        row[t] = min(row0 + t, liveRows - 1u);

    vec4 acc[TOKENS * QUADS];
    float squares[TOKENS];
    for (uint i = 0u; i < TOKENS * QUADS; ++i)
        acc[i] = vec4(0.0);
    for (uint t = 0u; t < TOKENS; ++t)
        squares[t] = 0.0;

    for (uint u = 0u; u < p.units; ++u) {
        const uint k0 = u * (FMT_ELEMENTS / 4u);
        const uint unitAt = u * (2u * FMT_WORDS);
        for (uint g = 0u; g < FMT_GROUPS; ++g) {
#ifndef FMT_UNSCALED
            vec4 dotA[TOKENS * QUADS], dotB[TOKENS * QUADS];
            float sumA[TOKENS], sumB[TOKENS];
            for (uint i = 0u; i < TOKENS * QUADS; ++i) {
                dotA[i] = vec4(0.0);
                dotB[i] = vec4(0.0);
            }
            for (uint t = 0u; t < TOKENS; ++t) {
                sumA[t] = 0.0;
                sumB[t] = 0.0;
            }
#endif
            for (uint c = 0u; c < FMT_CHUNKS; ++c) {
                vec4 xa[TOKENS], xb[TOKENS];
                for (uint t = 0u; t < TOKENS; ++t) {
                    xa[t] = loadX(row[t], k0 + fmtA(g, c));
                    xb[t] = loadX(row[t], k0 + fmtB(g, c));
                    if (HAS_NORM) {
                        squares[t] += dot(xa[t], xa[t]) + dot(xb[t], xb[t]);
                        xa[t] *= loadG(k0 + fmtA(g, c));
                        xb[t] *= loadG(k0 + fmtB(g, c));
                    }
#ifndef FMT_UNSCALED
                    if (FMT_OFFSET != 0) {
                        sumA[t] += xa[t].x + xa[t].y + xa[t].z + xa[t].w;
                        sumB[t] += xb[t].x + xb[t].y + xb[t].z + xb[t].w;
                    }
#endif
                    xa[t] *= FMT_FAST_A;
                    xb[t] *= FMT_FAST_B;
                }
                for (uint q = 0u; q < QUADS; ++q) {
                    vec4 a[4], b[4];
                    fmtChunkFast(place[q].at + unitAt, g, c, a, b);
                    for (uint t = 0u; t < TOKENS; ++t) {
                        const uint i = t * QUADS + q;
                        const vec4 da = a[0] * xa[t].x + a[1] * xa[t].y + a[2] * xa[t].z + a[3] * xa[t].w;
                        const vec4 db = b[0] * xb[t].x + b[1] * xb[t].y + b[2] * xb[t].z + b[3] * xb[t].w;
#if defined(FMT_UNSCALED)
                        acc[i] += da + db;
#elif FMT_SHARED_SCALES
                        dotA[i] += da + db;
#else
                        dotA[i] += da;
                        dotB[i] += db;
#endif
                    }
                }
            }
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
    }

    for (uint t = 0u; t < TOKENS; ++t) {
        if (row0 + t >= liveRows)
            break;
        const float scale = HAS_NORM ? inversesqrt(squares[t] / float(p.cols) + p.eps) : 1.0;
        for (uint q = 0u; q < QUADS; ++q) {
            if (HAS_GLU && (q & 1u) == 1u)
                continue;
            vec4 v = acc[t * QUADS + q] * scale;
            vec4 up = HAS_GLU ? acc[t * QUADS + min(q + 1u, QUADS - 1u)] * scale : vec4(0.0);
            const uint s = place[q].segment;
            for (uint j = 0u; j < 4u; ++j) {
                const uint column = place[q].column + j;
                if (HAS_BIAS && column < p.segment[s].rows) {
                    v[j] += loadBias(s, p.segment[s].firstRow + column);
                    if (HAS_GLU)
                        up[j] += loadBias(1u, p.segment[1].firstRow + column);
                }
            }
            if (HAS_GLU)
                v = activate(ACTIVATION, v) * up;
            for (uint j = 0u; j < 4u; ++j) {
                if (place[q].column + j < p.segment[s].rows)
                    storeY(s, row0 + t, p.segment[s].firstRow + place[q].column + j, v[j]);
            }
        }
    }
}
