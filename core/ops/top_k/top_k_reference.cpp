// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/top_k/top_k_host.h"

#include <algorithm>
#include <numeric>

namespace lathe {

void topKReference(const HostCall &call)
{
    const uint32_t k = call.params.as<TopKParams>().k;
    const HostTensor &x = call.in[0];
    std::vector<int32_t> order(x.cols);
    for (uint32_t r = 0; r < call.out[0].rows; ++r) {
        const float *row = x.f32(r);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [row](int32_t a, int32_t b) { return row[a] > row[b]; });
        for (uint32_t i = 0; i < k; ++i) {
            call.out[0].f32(r)[i] = row[order[i]];
            call.out[1].i32(r)[i] = order[i];
        }
    }
}

} // namespace lathe
