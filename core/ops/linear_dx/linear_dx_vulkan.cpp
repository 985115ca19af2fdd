// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/linear_dx/linear_dx.h"

#include "core/base/checked.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "core/tensor/device_layout.h"
#include "shaders/include/linear_dx_params.h"

#include <algorithm>

namespace lathe {

Result<> recordLinearDxVulkan(VulkanCall &call)
{
    const DeviceTensor &dy = call.in[0], &w = call.in[1], &dx = call.out[0];
    if (dx.rows == 0 || dx.cols == 0)
        return {};
    constexpr uint32_t kQuadsPerDispatch = 4096;
    const DeviceLayout &layout = deviceLayout(w.type);
    const uint32_t units = layout.units(w.cols), chunks = units * layout.unitElements() / 8;
    const uint32_t lanes = elementLanes(call.device);
    const std::string module = "linear_dx." + std::string(dtypeInfo(w.type).name);
    bool first = true;
    for (const DeviceSlice &slice : w.slices) {
        const uint32_t quads = ceilDiv(slice.rows, 4u);
        for (uint32_t quad = 0; quad < quads; quad += kQuadsPerDispatch) {
            const uint32_t count = std::min(kQuadsPerDispatch, quads - quad);
            const shader::LinearDxPush push{
                uint32_t(call.rows), dx.rows,    w.cols,         w.rows, units, 0, quad, count,
                slice.row0,          slice.rows, first ? 0u : 1u};
            KernelRun run{module, {lanes}, {call.step, dy.view(), slice.view, dx.view()}, pushOf(push)};
            run.groups[0] = ceilDiv(chunks, lanes);
            run.groups[1] = dx.rows;
            run.loops = 5 * uint64_t(count);
            run.flops = 8 * uint64_t(count) * w.cols * dx.rows;
            LATHE_TRY(runKernel(call, run));
            first = false;
        }
    }
    return {};
}

} // namespace lathe
