// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"

#include <algorithm>
#include <cmath>

namespace lathe::cpu {

namespace {

constexpr uint64_t kRangeElements = 16384; // about 10 µs of work: waking a thread costs as much

} // namespace

void forRows(const HostCall &call, uint64_t rows, uint64_t cols,
             const std::function<void(uint64_t, uint64_t)> &body)
{
    if (rows == 0)
        return;
    const uint64_t grain = std::max<uint64_t>(1, kRangeElements / std::max<uint64_t>(cols, 1));
    if (call.pool)
        call.pool->parallelFor(rows, grain, body);
    else
        body(0, rows);
}

void forTasks(const HostCall &call, uint64_t count, const std::function<void(uint64_t)> &body)
{
    const auto range = [&](uint64_t begin, uint64_t end) {
        for (uint64_t i = begin; i < end; ++i)
            body(i);
    };
    if (call.pool)
        call.pool->parallelFor(count, 1, range);
    else
        range(0, count);
}

void rmsNormRow(const float *x, const float *g, uint32_t cols, float eps, float *y)
{
    const float scale = 1 / std::sqrt(cpuKernels().sumSquares(x, cols) / float(cols) + eps);
    for (uint32_t c = 0; c < cols; ++c)
        y[c] = x[c] * scale * g[c];
}

void gateRow(Activation activation, const float *gate, const float *up, float *y, size_t count)
{
    if (activation == Activation::Silu)
        return cpuKernels().gateSilu(gate, up, y, count);
    if (activation == Activation::GeluTanh)
        return cpuKernels().gateGeluTanh(gate, up, y, count);
    for (size_t i = 0; i < count; ++i)
        y[i] = activate(activation, gate[i]) * up[i];
}

double expSum(const float *x, float shift, float *y, size_t count)
{
    constexpr size_t kStretch = 1024;
    double total = 0;
    for (size_t i = 0; i < count; i += kStretch)
        total += cpuKernels().expSum(x + i, 1, shift, y ? y + i : nullptr, std::min(kStretch, count - i));
    return total;
}

void rotateRow(const RopeParams &rope, uint32_t heads, const float *x, const float *table, float *y)
{
    const uint32_t half = rope.ropeDim / 2;
    const bool halves = rope.style == RopeStyle::Halves;
    for (uint32_t h = 0; h < heads; ++h, x += rope.headDim, y += rope.headDim) {
        for (uint32_t i = 0; i < half; ++i) {
            const uint32_t at = halves ? i : 2 * i;
            const uint32_t other = halves ? i + half : 2 * i + 1;
            const float a = x[at], b = x[other], c = table[i], s = table[half + i];
            y[at] = a * c - b * s;
            y[other] = a * s + b * c;
        }
        std::copy(x + rope.ropeDim, x + rope.headDim, y + rope.ropeDim);
    }
}

} // namespace lathe::cpu
