// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/int8_round/int8_round_host.h"

namespace lathe {

void int8RoundReference(const HostCall &call)
{
    const auto params = call.params.as<Int8RoundParams>();
    const HostTensor &x = call.in[0], &y = call.out[0];
    for (uint32_t first = 0; first < x.rows;) {
        const uint32_t end = endOfSequence(call.in[1], first, params);
        std::vector<uint8_t> outliers(x.cols);
        for (uint32_t t = first; t < end; ++t)
            markOutliers(x.f32(t), x.cols, params.threshold, outliers.data());
        for (uint32_t t = first; t < end; ++t)
            roundRow(x.f32(t), x.cols, params.threshold, outliers.data(), y.f32(t));
        first = end;
    }
}

} // namespace lathe
