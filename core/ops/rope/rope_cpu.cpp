// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/rope/rope_host.h"

namespace lathe {

void ropeCpu(const HostCall &call)
{
    const auto params = call.params.as<RopeParams>();
    const HostTensor &x = call.in[0], &table = call.in[1], &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t t = uint32_t(begin); t < end; ++t)
            cpu::rotateRow(params, params.heads, x.f32(t), table.f32(t), y.f32(t));
    });
}

} // namespace lathe
