// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/reference_rows.h"
#include "core/ops/rope/rope_host.h"

namespace lathe {

void ropeReference(const HostCall &call)
{
    const auto params = call.params.as<RopeParams>();
    for (uint32_t t = 0; t < call.out[0].rows; ++t)
        reference::rotateRow(params, params.heads, call.in[0].f32(t), call.in[1].f32(t), call.out[0].f32(t));
}

} // namespace lathe
