// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/records.h"
#include "core/ops/rms_norm/rms_norm.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordRmsNormVulkan(VulkanCall &call)
{
    const DeviceTensor &x = call.in[0];
    return runRows(call, {"rms_norm",
                          {&x, &call.in[1], &call.out[0]},
                          x.rows,
                          x.cols,
                          true,
                          2,
                          call.params.as<RmsNormParams>().eps});
}

} // namespace lathe
