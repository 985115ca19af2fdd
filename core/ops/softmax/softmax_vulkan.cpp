// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/records.h"
#include "core/ops/softmax/softmax.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordSoftmaxVulkan(VulkanCall &call)
{
    const DeviceTensor &x = call.in[0];
    return runRows(
        call,
        {"softmax", {&x, &call.out[0]}, x.rows, x.cols, true, 3, call.params.as<SoftmaxParams>().scale});
}

} // namespace lathe
