// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/reference_rows.h"
#include "core/ops/rms_norm/rms_norm_host.h"

namespace lathe {

void rmsNormReference(const HostCall &call)
{
    const auto params = call.params.as<RmsNormParams>();
    const HostTensor &x = call.in[0], &y = call.out[0];
    for (uint32_t r = 0; r < y.rows; ++r)
        reference::rmsNormRow(x.f32(r), call.in[1].f32(), x.cols, params.eps, y.f32(r));
}

} // namespace lathe
