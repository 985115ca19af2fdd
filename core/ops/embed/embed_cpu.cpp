// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/embed/embed_host.h"

namespace lathe {

void embedCpu(const HostCall &call)
{
    const auto params = call.params.as<EmbedParams>();
    const HostTensor &w = call.in[0], &index = call.in[1], &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t t = uint32_t(begin); t < end; ++t) {
            float *row = y.f32(t);
            decodeColumns(w.type, w.rowData(uint32_t(index.i32(t)[params.column])), w.cols, row);
            if (params.scale != 1)
                for (uint32_t c = 0; c < y.cols; ++c)
                    row[c] *= params.scale;
        }
    });
}

} // namespace lathe
