// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/router/router_host.h"

#include <cmath>

namespace lathe {

namespace {

/// The first expert of the largest logit among those after (value, number) in the order of choice.
uint32_t next(const float *x, uint32_t experts, float value, uint32_t number, bool first)
{
    uint32_t best = experts;
    for (uint32_t e = 0; e < experts; ++e) {
        const bool left = first || x[e] < value || (x[e] == value && e > number);
        if (left && (best == experts || x[e] > x[best]))
            best = e;
    }
    return best == experts ? 0 : best; // NaN is never chosen
}

} // namespace

void routerCpu(const HostCall &call)
{
    const auto params = call.params.as<RouterParams>();
    const HostTensor &logits = call.in[0];
    cpu::forRows(
        call, logits.rows, uint64_t(logits.cols) * (params.used + 1), [&](uint64_t begin, uint64_t end) {
            for (uint32_t t = uint32_t(begin); t < end; ++t) {
                const float *x = logits.f32(t);
                float *routes = call.out[0].f32(t), *weights = routes + params.used;
                uint32_t at = 0;
                double chosen = 0;
                float largest = 0;
                for (uint32_t j = 0; j < params.used; ++j) {
                    at = next(x, logits.cols, x[at], at, j == 0);
                    if (j == 0)
                        largest = x[at];
                    routes[j] = float(at);
                    weights[j] = std::exp(x[at] - largest);
                    chosen += weights[j];
                }
                const double sum = params.normalise ? chosen : cpu::expSum(x, largest, nullptr, logits.cols);
                for (uint32_t j = 0; j < params.used; ++j)
                    weights[j] = float(weights[j] * params.scale / sum);
            }
        });
}

} // namespace lathe
