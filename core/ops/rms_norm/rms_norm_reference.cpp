// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/reference_rows.h"
#include "core/ops/rms_norm/rms_norm_host.h"

namespace lathe {

void rmsNormReference(const HostCall &call)
{
    const auto params = call.params.as<RmsNormParams>();
    const HostTensor &x = call.in[0], &g = call.in[1], &y = call.out[0];
    for (uint32_t r = 0; r < y.rows; ++r)
        for (uint32_t c = 0; c < x.cols; c += g.cols)
            reference::rmsNormRow(x.f32(r) + c, g.f32(), g.cols, params.eps, y.f32(r) + c);
}

} // namespace lathe
