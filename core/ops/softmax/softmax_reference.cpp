// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/softmax/softmax_host.h"

#include <algorithm>
#include <cmath>

namespace lathe {

void softmaxReference(const HostCall &call)
{
    const double scale = call.params.as<SoftmaxParams>().scale;
    const HostTensor &y = call.out[0];
    for (uint32_t r = 0; r < y.rows; ++r) {
        const float *x = call.in[0].f32(r);
        double best = scale * x[0], total = 0;
        for (uint32_t c = 1; c < y.cols; ++c)
            best = std::max(best, scale * x[c]);
        for (uint32_t c = 0; c < y.cols; ++c)
            total += std::exp(scale * x[c] - best);
        for (uint32_t c = 0; c < y.cols; ++c)
            y.f32(r)[c] = float(std::exp(scale * x[c] - best) / total);
    }
}

} // namespace lathe
