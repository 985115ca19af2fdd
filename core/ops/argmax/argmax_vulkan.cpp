// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/argmax/argmax.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordArgmaxVulkan(VulkanCall &call)
{
    const DeviceTensor &x = call.in[0];
    return runRows(call, {"argmax", {&x, &call.out[0]}, x.rows, x.cols, true, 1});
}

} // namespace lathe
