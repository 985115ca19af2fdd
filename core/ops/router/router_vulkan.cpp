// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/ops/records.h"
#include "core/ops/router/router.h"
#include "core/ops/vulkan_dispatch.h"
#include "shaders/include/expert_params.h"

namespace lathe {

Result<> recordRouterVulkan(VulkanCall &call)
{
    const auto params = call.params.as<RouterParams>();
    const DeviceTensor &logits = call.in[0];
    if (logits.rows == 0)
        return {};
    const shader::RouterPush push{uint32_t(call.rows), logits.rows,      logits.cols,
                                  params.used,         params.normalise, params.scale};
    const uint32_t lanes = elementLanes(call.device);
    KernelRun run{"router", {lanes}, {call.step, logits.view(), call.out[0].view()}, pushOf(push)};
    run.groups[0] = ceilDiv(logits.rows, lanes);
    run.loops = uint64_t(logits.cols) * (params.used + 1) + 2 * params.used;
    return runKernel(call, run);
}

} // namespace lathe
