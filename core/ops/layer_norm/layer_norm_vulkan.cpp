// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/layer_norm/layer_norm.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"

namespace lathe {

Result<> recordLayerNormVulkan(VulkanCall &call)
{
    const DeviceTensor &x = call.in[0];
    return runRows(call, {"layer_norm",
                          {&x, &call.in[1], &call.in[2], &call.out[0]},
                          x.rows,
                          x.cols,
                          true,
                          3,
                          call.params.as<LayerNormParams>().eps});
}

} // namespace lathe
