// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/ops/expert_sum/expert_sum.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "shaders/include/expert_params.h"

namespace lathe {

Result<> recordExpertSumVulkan(VulkanCall &call)
{
    const auto params = call.params.as<ExpertSumParams>();
    const DeviceTensor &z = call.in[0], &routes = call.in[1], &y = call.out[0];
    if (y.rows == 0)
        return {};
    const shader::ExpertSumPush push{uint32_t(call.rows), y.rows, y.cols, params.used, params.shared};
    const uint32_t lanes = elementLanes(call.device);
    const DeviceTensor &shared = params.shared ? call.in[2] : z;
    const DeviceTensor &gate = params.shared ? call.in[3] : z;
    KernelRun run{"expert_sum",
                  {lanes},
                  {call.step, z.view(), routes.view(), y.view(), shared.view(), gate.view()},
                  pushOf(push)};
    run.groups[0] = ceilDiv(y.cols, lanes);
    run.groups[1] = y.rows;
    run.loops = params.used;
    return runKernel(call, run);
}

} // namespace lathe
