// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/embed/embed.h"

#include "core/base/checked.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "core/tensor/device_layout.h"
#include "shaders/include/embed_params.h"

namespace lathe {

Result<> recordEmbedVulkan(VulkanCall &call)
{
    const DeviceTensor &w = call.in[0], &index = call.in[1], &y = call.out[0];
    if (y.rows == 0)
        return {};
    const uint32_t units = deviceLayout(w.type).units(w.cols);
    const uint32_t lanes = elementLanes(call.device);
    const auto params = call.params.as<EmbedParams>();
    const std::string module = "embed." + std::string(dtypeInfo(w.type).name);
    for (const DeviceSlice &slice : w.slices) {
        const shader::EmbedPush push{uint32_t(call.rows), y.rows, 0,          w.cols,     units,
                                     index.cols,          0,      slice.row0, slice.rows, params.scale,
                                     params.column};
        KernelRun run{module, {lanes}, {call.step, slice.view, index.view(), y.view()}, pushOf(push)};
        run.groups[0] = ceilDiv(units, lanes);
        run.groups[1] = y.rows;
        run.loops = 8 * deviceLayout(w.type).unitElements();
        LATHE_TRY(runKernel(call, run));
    }
    return {};
}

} // namespace lathe
