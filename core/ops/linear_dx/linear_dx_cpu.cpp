// SPDX-License-Identifier: GPL-3.0-or-later
// A task is 256 columns of dX: it decodes that stretch of each weight row once for all tokens and adds the
// rows in their order.
#include "core/ops/cpu/rows.h"
#include "core/ops/linear_dx/linear_dx_host.h"

#include <algorithm>

namespace lathe {

void linearDxCpu(const HostCall &call)
{
    constexpr uint32_t kColumns = 256; // a multiple of every format's block
    const HostTensor &dy = call.in[0], &w = call.in[1], &dx = call.out[0];
    const CpuKernels &kernels = cpuKernels();
    cpu::forTasks(call, dx.rows == 0 ? 0 : (dx.cols + kColumns - 1) / kColumns, [&](uint64_t task) {
        const uint32_t column = uint32_t(task) * kColumns;
        const uint32_t cols = std::min(kColumns, dx.cols - column);
        float row[kColumns];
        for (uint32_t t = 0; t < dx.rows; ++t)
            std::fill_n(dx.f32(t) + column, cols, 0.0f);
        for (uint32_t n = 0; n < w.rows; ++n) {
            decodeColumns(w.type, w.rowData(n) + rowBytes(w.type, column), cols, row);
            for (uint32_t t = 0; t < dx.rows; ++t)
                kernels.addScaled(dx.f32(t) + column, row, dy.f32(t)[n], cols);
        }
    });
}

} // namespace lathe
