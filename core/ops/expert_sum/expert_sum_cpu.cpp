// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/expert_sum/expert_sum_host.h"

#include <algorithm>
#include <cmath>

namespace lathe {

void expertSumCpu(const HostCall &call)
{
    const auto params = call.params.as<ExpertSumParams>();
    const HostTensor &z = call.in[0], &routes = call.in[1], &y = call.out[0];
    const CpuKernels &kernels = cpuKernels();
    cpu::forRows(call, y.rows, uint64_t(y.cols) * params.used, [&](uint64_t begin, uint64_t end) {
        for (uint32_t t = uint32_t(begin); t < end; ++t) {
            float *to = y.f32(t);
            std::fill_n(to, y.cols, 0.0f);
            for (uint32_t j = 0; j < params.used; ++j)
                kernels.addScaled(to, z.f32(t) + size_t(j) * y.cols, routes.f32(t)[params.used + j], y.cols);
            if (params.shared)
                kernels.addScaled(to, call.in[2].f32(t), 1 / (1 + std::exp(-call.in[3].f32(t)[0])), y.cols);
        }
    });
}

} // namespace lathe
