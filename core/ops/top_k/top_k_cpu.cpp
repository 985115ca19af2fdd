// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/rows.h"
#include "core/ops/top_k/top_k_host.h"

namespace lathe {

namespace {

/// Insertion into the sorted list of the k best so far; almost every element fails the first comparison.
void topKRow(const float *x, uint32_t cols, uint32_t k, float *values, int32_t *indices)
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < cols; ++c) {
        if (count == k && !(x[c] > values[k - 1]))
            continue;
        uint32_t at = count < k ? count++ : k - 1;
        for (; at > 0 && x[c] > values[at - 1]; --at) {
            values[at] = values[at - 1];
            indices[at] = indices[at - 1];
        }
        values[at] = x[c];
        indices[at] = int32_t(c);
    }
}

} // namespace

void topKCpu(const HostCall &call)
{
    const uint32_t k = call.params.as<TopKParams>().k;
    const HostTensor &x = call.in[0];
    cpu::forRows(call, call.out[0].rows, x.cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t r = uint32_t(begin); r < end; ++r)
            topKRow(x.f32(r), x.cols, k, call.out[0].f32(r), call.out[1].i32(r));
    });
}

} // namespace lathe
