// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/add/add_host.h"
#include "core/ops/cpu/rows.h"

namespace lathe {

void addCpu(const HostCall &call)
{
    const bool broadcast = call.params.as<AddParams>().broadcast;
    const HostTensor &a = call.in[0], &b = call.in[1], &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r) {
            const float *left = a.f32(r), *right = b.f32(broadcast ? 0 : r);
            float *to = y.f32(r);
            for (uint32_t c = 0; c < y.cols; ++c)
                to[c] = left[c] + right[c];
        }
    });
}

} // namespace lathe
