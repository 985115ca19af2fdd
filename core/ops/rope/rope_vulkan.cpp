// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/rope/rope.h"

#include "core/base/checked.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "shaders/include/rope_params.h"

namespace lathe {

Result<> recordRopeVulkan(VulkanCall &call)
{
    const auto params = call.params.as<RopeParams>();
    const DeviceTensor &x = call.in[0];
    const shader::RopePush push{uint32_t(call.rows),
                                x.rows,
                                params.heads,
                                0,
                                params.headDim,
                                params.ropeDim,
                                uint32_t(params.style),
                                0,
                                0,
                                0};
    const uint32_t lanes = elementLanes(call.device);
    KernelRun run{
        "rope", {lanes}, {call.step, x.view(), call.in[1].view(), call.out[0].view()}, pushOf(push)};
    run.groups[0] = ceilDiv(params.heads * ceilDiv(params.headDim, 2u), lanes);
    run.groups[1] = x.rows;
    return runKernel(call, run);
}

} // namespace lathe
