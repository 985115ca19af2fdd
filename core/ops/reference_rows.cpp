// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/reference_rows.h"

#include <cmath>

namespace lathe::reference {

void rmsNormRow(const float *x, const float *g, uint32_t cols, float eps, float *y)
{
    double squares = 0;
    for (uint32_t c = 0; c < cols; ++c)
        squares += double(x[c]) * x[c];
    const double scale = 1 / std::sqrt(squares / cols + eps);
    for (uint32_t c = 0; c < cols; ++c)
        y[c] = float(x[c] * scale * g[c]);
}

void rotateRow(const RopeParams &rope, uint32_t heads, const float *x, const float *table, float *y)
{
    const uint32_t half = rope.ropeDim / 2;
    const bool halves = rope.style == RopeStyle::Halves;
    for (uint32_t h = 0; h < heads; ++h, x += rope.headDim, y += rope.headDim) {
        for (uint32_t i = 0; i < half; ++i) {
            const uint32_t at = halves ? i : 2 * i;
            const uint32_t other = halves ? i + half : 2 * i + 1;
            const double a = x[at], b = x[other], c = table[i], s = table[half + i];
            y[at] = float(a * c - b * s);
            y[other] = float(a * s + b * c);
        }
        for (uint32_t d = rope.ropeDim; d < rope.headDim; ++d)
            y[d] = x[d];
    }
}

} // namespace lathe::reference
