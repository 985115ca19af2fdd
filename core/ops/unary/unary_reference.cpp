// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/unary/unary_host.h"

#include <cmath>

namespace lathe {

void unaryReference(const HostCall &call)
{
    const auto params = call.params.as<UnaryParams>();
    const double cap = params.value;
    for (uint32_t r = 0; r < call.out[0].rows; ++r)
        for (uint32_t c = 0; c < call.out[0].cols; ++c) {
            const float x = call.in[0].f32(r)[c];
            call.out[0].f32(r)[c] = params.function == UnaryParams::Softcap
                                        ? float(cap * std::tanh(x / cap))
                                        : activate(Activation(params.function), x);
        }
}

} // namespace lathe
