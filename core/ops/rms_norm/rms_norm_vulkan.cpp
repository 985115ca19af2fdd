// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/records.h"
#include "core/ops/rms_norm/rms_norm.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordRmsNormVulkan(VulkanCall &call)
{
    const DeviceTensor &x = call.in[0], &g = call.in[1];
    const uint32_t groups = g.cols == 0 ? 1 : x.cols / g.cols;
    return runRows(call, {"rms_norm",
                          {&x, &g, &call.out[0]},
                          x.rows * groups,
                          g.cols,
                          true,
                          2,
                          call.params.as<RmsNormParams>().eps,
                          groups});
}

} // namespace lathe
