// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cpu_level.h"

#include <cstddef>
#include <cstdint>

namespace lathe {

/// The inner loops of the `cpu` rung, compiled once per CPU level (cpu/kernels.inl) and chosen at run time.
/// All sums run over `lanes` partial sums in the order of the columns and then over a fixed tree, so a result
/// depends on the instruction set but on no blocking, batch size or number of threads. Rows of `w`, `x`, `q`,
/// `k` are padded with zeros to a multiple of kMaxLanes columns where a function says "padded"; none needs
/// alignment.
struct CpuKernels {
    const char *name; ///< "base", "v3", "v4"
    uint32_t lanes;

    /// sums (rows, tokens, lanes) += w (rows, cols) · x (tokens, cols)ᵀ lane by lane; padded.
    void (*dotTile)(const float *w, size_t wStride, size_t rows, const float *x, size_t xStride,
                    size_t tokens, size_t cols, float *sums);
    /// out[i] = Σ sums[i·lanes …]
    void (*sumLanes)(const float *sums, size_t count, float *out);
    /// y[i] += a · x[i]
    void (*addScaled)(float *y, const float *x, float a, size_t count);
    /// Σ x², Σ (x − shift), Σ (x − shift)²
    float (*sumSquares)(const float *x, size_t count);
    float (*sumShifted)(const float *x, float shift, size_t count);
    float (*sumShiftedSquares)(const float *x, float shift, size_t count);
    float (*maximum)(const float *x, size_t count);
    /// y[i] = exp(scale · x[i] − shift); returns their sum. y may be x or null.
    float (*expSum)(const float *x, float scale, float shift, float *y, size_t count);
    /// y[i] = act(x[i]) · up[i]
    void (*gateSilu)(const float *x, const float *up, float *y, size_t count);
    void (*gateGeluTanh)(const float *x, const float *up, float *y, size_t count);
    /// scores[j] = scale · q·k_j for `keys` keys of `cols` columns; padded.
    void (*scores)(const float *q, const float *k, size_t kStride, size_t keys, size_t cols, float scale,
                   float *scores);
    /// y = y · decay + Σ_j p_j · v_j in the order of j; padded.
    void (*blendRows)(float *y, float decay, const float *p, const float *v, size_t vStride, size_t keys,
                      size_t cols);
};

inline constexpr size_t kMaxLanes = 16;
inline constexpr size_t padLanes(size_t cols)
{
    return (cols + kMaxLanes - 1) / kMaxLanes * kMaxLanes;
}

/// The best kernels that this processor runs; those of a level, which the processor must have (Base where it
/// was not built).
const CpuKernels &cpuKernels();
const CpuKernels &cpuKernels(CpuLevel level);

} // namespace lathe
