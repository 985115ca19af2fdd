// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/glu/glu_host.h"

namespace lathe {

void gluReference(const HostCall &call)
{
    const auto params = call.params.as<GluParams>();
    for (uint32_t r = 0; r < call.out[0].rows; ++r)
        for (uint32_t c = 0; c < call.out[0].cols; ++c)
            call.out[0].f32(r)[c] = activate(params.activation, call.in[0].f32(r)[c]) * call.in[1].f32(r)[c];
}

} // namespace lathe
