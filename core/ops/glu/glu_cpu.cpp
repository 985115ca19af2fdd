// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/glu/glu_host.h"

namespace lathe {

void gluCpu(const HostCall &call)
{
    const auto params = call.params.as<GluParams>();
    const HostTensor &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r)
            cpu::gateRow(params.activation, call.in[0].f32(r), call.in[1].f32(r), y.f32(r), y.cols);
    });
}

} // namespace lathe
