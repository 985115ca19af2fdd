// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/layer_norm/layer_norm_host.h"

#include <cmath>

namespace lathe {

void layerNormReference(const HostCall &call)
{
    const double eps = call.params.as<LayerNormParams>().eps;
    const float *g = call.in[1].f32(), *b = call.in[2].f32();
    const HostTensor &y = call.out[0];
    for (uint32_t r = 0; r < y.rows; ++r) {
        const float *x = call.in[0].f32(r);
        double mean = 0, variance = 0;
        for (uint32_t c = 0; c < y.cols; ++c)
            mean += x[c];
        mean /= y.cols;
        for (uint32_t c = 0; c < y.cols; ++c)
            variance += (x[c] - mean) * (x[c] - mean);
        const double scale = 1 / std::sqrt(variance / y.cols + eps);
        for (uint32_t c = 0; c < y.cols; ++c)
            y.f32(r)[c] = float((x[c] - mean) * scale * g[c] + b[c]);
    }
}

} // namespace lathe
