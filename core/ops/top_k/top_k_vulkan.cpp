// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/top_k/top_k.h"

#include "core/base/checked.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "shaders/include/rows_params.h"

#include <algorithm>

namespace lathe {

Result<> recordTopKVulkan(VulkanCall &call)
{
    const DeviceTensor &x = call.in[0];
    const uint32_t k = call.params.as<TopKParams>().k;
    if (x.rows == 0 || x.cols == 0)
        return {};
    const uint32_t lanes = rowLanes(call.device, x.cols);
    // One lane may hold all winners and then scans its part of the row once per rank.
    const uint64_t perRank = ceilDiv(x.cols, lanes) + lanes;
    const uint32_t ranks = uint32_t(std::clamp<uint64_t>(gpu::kMaxLoopIterations / perRank, 2, k + 1)) - 1;
    for (uint32_t begin = 0; begin < k; begin += ranks) {
        const uint32_t end = std::min(k, begin + ranks);
        const shader::RowsPush push{uint32_t(call.rows), x.rows, x.cols, 0, 0, k, begin, end};
        KernelRun run{
            "top_k", {lanes}, {call.step, x.view(), call.out[0].view(), call.out[1].view()}, pushOf(push)};
        run.groups[0] = x.rows;
        run.loops = perRank * (end - begin + 1);
        LATHE_TRY(runKernel(call, run));
    }
    return {};
}

} // namespace lathe
