// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/linear_dx/linear_dx_host.h"

namespace lathe {

void linearDxReference(const HostCall &call)
{
    const HostTensor &dy = call.in[0], &w = call.in[1], &dx = call.out[0];
    std::vector<double> sums(uint64_t(dx.rows) * dx.cols);
    std::vector<float> row(w.cols);
    for (uint32_t n = 0; n < w.rows; ++n) {
        decodeColumns(w.type, w.rowData(n), w.cols, row.data());
        for (uint32_t t = 0; t < dx.rows; ++t)
            for (uint32_t c = 0; c < w.cols; ++c)
                sums[uint64_t(t) * w.cols + c] += double(dy.f32(t)[n]) * row[c];
    }
    for (uint64_t i = 0; i < sums.size(); ++i)
        dx.f32()[i] = float(sums[i]);
}

} // namespace lathe
