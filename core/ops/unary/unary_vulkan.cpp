// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/records.h"
#include "core/ops/unary/unary.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordUnaryVulkan(VulkanCall &call)
{
    const auto params = call.params.as<UnaryParams>();
    const DeviceTensor &x = call.in[0];
    return runRows(
        call,
        {"unary", {&x, &call.out[0]}, x.rows, x.cols, false, 1, params.value, uint32_t(params.function)});
}

} // namespace lathe
