// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/cross_entropy/cross_entropy_host.h"

#include <cmath>

namespace lathe {

void crossEntropyCpu(const HostCall &call)
{
    const HostTensor &x = call.in[0];
    cpu::forRows(call, call.out[0].rows, x.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r) {
            const float *row = x.f32(r);
            const int32_t label = call.in[1].i32(r)[0];
            float &loss = call.out[0].f32(r)[0];
            loss = 0;
            if (label == kIgnoredLabel)
                continue;
            const float best = cpuKernels().maximum(row, x.cols);
            const double total = cpu::expSum(row, best, nullptr, x.cols);
            loss = float(std::log(total) + (double(best) - row[label]));
        }
    });
}

} // namespace lathe
