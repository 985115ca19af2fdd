// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/add/add.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordAddVulkan(VulkanCall &call)
{
    const DeviceTensor &a = call.in[0];
    return runRows(call, {"add",
                          {&a, &call.in[1], &call.out[0]},
                          a.rows,
                          a.cols,
                          false,
                          1,
                          0,
                          call.params.as<AddParams>().broadcast});
}

} // namespace lathe
