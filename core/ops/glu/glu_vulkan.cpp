// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/glu/glu.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordGluVulkan(VulkanCall &call)
{
    const DeviceTensor &gate = call.in[0];
    return runRows(call, {"glu",
                          {&gate, &call.in[1], &call.out[0]},
                          gate.rows,
                          gate.cols,
                          false,
                          1,
                          0,
                          uint32_t(call.params.as<GluParams>().activation)});
}

} // namespace lathe
