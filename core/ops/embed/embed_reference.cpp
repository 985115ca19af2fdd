// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/embed/embed_host.h"

namespace lathe {

void embedReference(const HostCall &call)
{
    const auto params = call.params.as<EmbedParams>();
    const HostTensor &w = call.in[0], &index = call.in[1], &y = call.out[0];
    for (uint32_t t = 0; t < y.rows; ++t) {
        decodeColumns(w.type, w.rowData(uint32_t(index.i32(t)[params.column])), w.cols, y.f32(t));
        for (uint32_t c = 0; c < y.cols; ++c)
            y.f32(t)[c] *= params.scale;
    }
}

} // namespace lathe
