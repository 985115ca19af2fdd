// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/layer_norm/layer_norm_host.h"

#include <cmath>

namespace lathe {

void layerNormCpu(const HostCall &call)
{
    const float eps = call.params.as<LayerNormParams>().eps;
    const float *g = call.in[1].f32(), *b = call.in[2].f32();
    const HostTensor &y = call.out[0];
    const CpuKernels &kernels = cpuKernels();
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r) {
            const float *x = call.in[0].f32(r);
            float *to = y.f32(r);
            const float mean = kernels.sumShifted(x, 0, y.cols) / float(y.cols);
            const float variance = kernels.sumShiftedSquares(x, mean, y.cols) / float(y.cols);
            const float scale = 1 / std::sqrt(variance + eps);
            for (uint32_t c = 0; c < y.cols; ++c)
                to[c] = (x[c] - mean) * scale * g[c] + b[c];
        }
    });
}

} // namespace lathe
