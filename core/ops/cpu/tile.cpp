// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/tile.h"

#include "core/ops/cpu/kernels.h"

#include <algorithm>

namespace lathe::cpu {

namespace {

constexpr uint32_t kColumnBlock = 1024; // a multiple of every format's block
static_assert(kColumnBlock % kMaxLanes == 0);

} // namespace

void multiplyTile(const HostTensor &w, uint32_t row0, uint32_t rows, const InputRows &x, float *out)
{
    alignas(64) float weights[kTileRows * kColumnBlock];
    alignas(64) float sums[kTileRows * kTokenBlock * kMaxLanes];
    const CpuKernels &kernels = cpuKernels();
    std::fill_n(sums, size_t(rows) * x.count * kernels.lanes, 0.0f);
    for (uint32_t column = 0; column < w.cols; column += kColumnBlock) {
        const uint32_t cols = std::min(kColumnBlock, w.cols - column);
        const size_t padded = padLanes(cols);
        for (uint32_t r = 0; r < rows; ++r) {
            float *row = weights + r * padded;
            decodeColumns(w.type, w.rowData(row0 + r) + rowBytes(w.type, column), cols, row);
            std::fill(row + cols, row + padded, 0.0f);
        }
        kernels.dotTile(weights, padded, rows, x.data + column, x.stride, x.count, padded, sums);
    }
    kernels.sumLanes(sums, size_t(rows) * x.count, out);
}

} // namespace lathe::cpu
