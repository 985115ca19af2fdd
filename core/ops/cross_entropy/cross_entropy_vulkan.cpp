// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cross_entropy/cross_entropy.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordCrossEntropyVulkan(VulkanCall &call)
{
    const DeviceTensor &x = call.in[0];
    return runRows(call, {"cross_entropy", {&x, &call.in[1], &call.out[0]}, x.rows, x.cols, true, 2});
}

} // namespace lathe
