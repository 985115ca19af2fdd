// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cross_entropy/cross_entropy_host.h"

#include <algorithm>
#include <cmath>

namespace lathe {

void crossEntropyReference(const HostCall &call)
{
    const HostTensor &x = call.in[0];
    for (uint32_t r = 0; r < call.out[0].rows; ++r) {
        const float *row = x.f32(r);
        const int32_t label = call.in[1].i32(r)[0];
        const double best = *std::max_element(row, row + x.cols);
        double total = 0;
        for (uint32_t c = 0; c < x.cols; ++c)
            total += std::exp(row[c] - best);
        call.out[0].f32(r)[0] = label == kIgnoredLabel ? 0.0f : float(std::log(total) + best - row[label]);
    }
}

} // namespace lathe
