// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/gather_rows/gather_rows_host.h"

#include <algorithm>

namespace lathe {

void gatherRowsCpu(const HostCall &call)
{
    const HostTensor &x = call.in[0], &index = call.in[1], &y = call.out[0];
    cpu::forRows(call, y.rows, y.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r)
            std::copy_n(x.f32(uint32_t(index.i32(r)[0])), y.cols, y.f32(r));
    });
}

} // namespace lathe
