// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/router/router_host.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lathe {

void routerReference(const HostCall &call)
{
    const auto params = call.params.as<RouterParams>();
    const HostTensor &logits = call.in[0];
    std::vector<uint32_t> order(logits.cols);
    for (uint32_t t = 0; t < logits.rows; ++t) {
        const float *x = logits.f32(t);
        float *routes = call.out[0].f32(t);
        std::iota(order.begin(), order.end(), 0u);
        std::stable_sort(order.begin(), order.end(), [x](uint32_t a, uint32_t b) { return x[a] > x[b]; });
        double all = 0, chosen = 0;
        for (uint32_t e = 0; e < logits.cols; ++e)
            all += std::exp(double(x[e]) - x[order[0]]);
        for (uint32_t j = 0; j < params.used; ++j)
            chosen += std::exp(double(x[order[j]]) - x[order[0]]);
        for (uint32_t j = 0; j < params.used; ++j) {
            const double share =
                std::exp(double(x[order[j]]) - x[order[0]]) / (params.normalise ? chosen : all);
            routes[j] = float(order[j]);
            routes[params.used + j] = float(share * params.scale);
        }
    }
}

} // namespace lathe
