// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/gather_rows/gather_rows.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordGatherRowsVulkan(VulkanCall &call)
{
    const DeviceTensor &y = call.out[0];
    return runRows(
        call, {"gather_rows", {&call.in[0], &call.in[1], &y}, y.rows, y.cols, false, 1, 0, call.in[0].rows});
}

} // namespace lathe
