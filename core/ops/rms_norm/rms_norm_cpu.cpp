// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/rms_norm/rms_norm_host.h"

namespace lathe {

void rmsNormCpu(const HostCall &call)
{
    const auto params = call.params.as<RmsNormParams>();
    const HostTensor &x = call.in[0], &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r)
            cpu::rmsNormRow(x.f32(r), call.in[1].f32(), x.cols, params.eps, y.f32(r));
    });
}

} // namespace lathe
