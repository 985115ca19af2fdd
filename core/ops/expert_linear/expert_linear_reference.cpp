// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/expert_linear/expert_linear_host.h"

namespace lathe {

void expertLinearReference(const HostCall &call)
{
    const auto params = call.params.as<ExpertLinearParams>();
    const HostTensor &x = call.in[0], &w = call.in[1], &routes = call.in[2], &y = call.out[0];
    const uint32_t rows = w.rows / params.experts;
    std::vector<float> row(w.cols);
    for (uint32_t t = 0; t < y.rows; ++t)
        for (uint32_t j = 0; j < params.used; ++j) {
            const float *from = x.f32(t) + (params.perSlot ? size_t(j) * w.cols : 0);
            const auto expert = uint32_t(routes.f32(t)[j]);
            for (uint32_t n = 0; n < rows; ++n) {
                decodeColumns(w.type, w.rowData(expert * rows + n), w.cols, row.data());
                double sum = 0;
                for (uint32_t c = 0; c < w.cols; ++c)
                    sum += double(from[c]) * row[c];
                y.f32(t)[size_t(j) * rows + n] = float(sum);
            }
        }
}

} // namespace lathe
