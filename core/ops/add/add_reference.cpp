// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/add/add_host.h"

namespace lathe {

void addReference(const HostCall &call)
{
    const bool broadcast = call.params.as<AddParams>().broadcast;
    const HostTensor &a = call.in[0], &b = call.in[1], &y = call.out[0];
    for (uint32_t r = 0; r < y.rows; ++r)
        for (uint32_t c = 0; c < y.cols; ++c)
            y.f32(r)[c] = a.f32(r)[c] + b.f32(broadcast ? 0 : r)[c];
}

} // namespace lathe
