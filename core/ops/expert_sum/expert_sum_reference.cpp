// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/expert_sum/expert_sum_host.h"

#include <cmath>

namespace lathe {

void expertSumReference(const HostCall &call)
{
    const auto params = call.params.as<ExpertSumParams>();
    const HostTensor &z = call.in[0], &routes = call.in[1], &y = call.out[0];
    for (uint32_t t = 0; t < y.rows; ++t)
        for (uint32_t c = 0; c < y.cols; ++c) {
            double sum = 0;
            for (uint32_t j = 0; j < params.used; ++j)
                sum += double(routes.f32(t)[params.used + j]) * z.f32(t)[j * y.cols + c];
            if (params.shared)
                sum += call.in[2].f32(t)[c] / (1 + std::exp(-double(call.in[3].f32(t)[0])));
            y.f32(t)[c] = float(sum);
        }
}

} // namespace lathe
