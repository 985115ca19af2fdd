// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/rms_norm/rms_norm_host.h"

namespace lathe {

void rmsNormCpu(const HostCall &call)
{
    const auto params = call.params.as<RmsNormParams>();
    const HostTensor &x = call.in[0], &g = call.in[1], &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r)
            for (uint32_t c = 0; c < x.cols; c += g.cols)
                cpu::rmsNormRow(x.f32(r) + c, g.f32(), g.cols, params.eps, y.f32(r) + c);
    });
}

} // namespace lathe
