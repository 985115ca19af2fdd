// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/argmax/argmax_host.h"

namespace lathe {

void argmaxReference(const HostCall &call)
{
    const HostTensor &x = call.in[0];
    for (uint32_t r = 0; r < call.out[0].rows; ++r) {
        uint32_t best = 0;
        for (uint32_t c = 1; c < x.cols; ++c)
            if (x.f32(r)[c] > x.f32(r)[best])
                best = c;
        call.out[0].i32(r)[0] = int32_t(best);
    }
}

} // namespace lathe
