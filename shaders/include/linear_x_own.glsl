// SPDX-License-Identifier: GPL-3.0-or-later
// The x of linear.comp, loaded by each invocation for itself.

void bringX(uint k0, uint g, uint part) {}

/// Chunk `part + i` of group g into xa and xb; adds to the sums and the squares.
void takeX(uint k0, uint g, uint part, uint i)
{
    const uint ka = k0 + fmtA(g, part + i), kb = k0 + fmtB(g, part + i);
    for (uint t = 0u; t < TOKENS; ++t) {
        xa[t] = loadX(row[t], ka);
        xb[t] = loadX(row[t], kb);
        if (HAS_NORM) {
            squares[t] += dot(xa[t], xa[t]) + dot(xb[t], xb[t]);
            xa[t] *= loadG(ka);
            xb[t] *= loadG(kb);
        }
        if (FMT_OFFSET != 0) {
            sumA[t] += xa[t].x + xa[t].y + xa[t].z + xa[t].w;
            sumB[t] += xb[t].x + xb[t].y + xb[t].z + xb[t].w;
        }
        xa[t] *= FMT_FAST_A;
        xb[t] *= FMT_FAST_B;
    }
}

float sumOfSquares(uint t)
{
    return squares[t];
}
