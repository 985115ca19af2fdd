// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/gather_rows/gather_rows_host.h"

namespace lathe {

void gatherRowsReference(const HostCall &call)
{
    const HostTensor &x = call.in[0], &index = call.in[1], &y = call.out[0];
    for (uint32_t r = 0; r < y.rows; ++r)
        for (uint32_t c = 0; c < y.cols; ++c)
            y.f32(r)[c] = x.f32(uint32_t(index.i32(r)[0]))[c];
}

} // namespace lathe
