// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/softmax/softmax_host.h"

#include <algorithm>

namespace lathe {

void softmaxCpu(const HostCall &call)
{
    const float scale = call.params.as<SoftmaxParams>().scale;
    const HostTensor &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r) {
            float *row = y.f32(r);
            std::transform(call.in[0].f32(r), call.in[0].f32(r) + y.cols, row,
                           [scale](float x) { return scale * x; });
            const float best = cpuKernels().maximum(row, y.cols);
            const float share = float(1 / cpu::expSum(row, best, row, y.cols));
            for (uint32_t c = 0; c < y.cols; ++c)
                row[c] *= share;
        }
    });
}

} // namespace lathe
