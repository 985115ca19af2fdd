// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/argmax/argmax_host.h"
#include "core/ops/cpu/rows.h"

#include <algorithm>

namespace lathe {

void argmaxCpu(const HostCall &call)
{
    const HostTensor &x = call.in[0];
    cpu::forRows(call, call.out[0].rows, x.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r) {
            const float *row = x.f32(r);
            const float best = cpuKernels().maximum(row, x.cols);
            const float *at = std::find(row, row + x.cols, best);
            call.out[0].i32(r)[0] = at == row + x.cols ? 0 : int32_t(at - row);
        }
    });
}

} // namespace lathe
