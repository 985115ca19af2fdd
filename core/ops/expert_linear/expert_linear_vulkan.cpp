// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/ops/expert_linear/expert_linear.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "core/tensor/device_layout.h"
#include "shaders/include/expert_params.h"

namespace lathe {

Result<> recordExpertLinearVulkan(VulkanCall &call)
{
    const auto params = call.params.as<ExpertLinearParams>();
    const DeviceTensor &x = call.in[0], &w = call.in[1], &routes = call.in[2], &y = call.out[0];
    if (y.rows == 0)
        return {};
    const bool software = call.device.deviceClass() == gpu::DeviceClass::Software;
    // As linear: a row quad per invocation where barriers are dear, else 16 lanes share it.
    const uint32_t lanes = software ? 8 : 64, sharing = software ? 1 : 16;
    const DeviceLayout &layout = deviceLayout(w.type);
    const uint32_t rows = w.rows / params.experts, units = layout.units(w.cols);
    const bool aligned = w.cols % layout.unitElements() == 0 && w.cols % 4 == 0;
    const std::string module = "expert_linear." + std::string(dtypeInfo(w.type).name);
    for (const DeviceSlice &slice : w.slices) {
        const shader::ExpertLinearPush push{uint32_t(call.rows), y.rows,         w.cols,     units,     rows,
                                            params.used,         params.perSlot, slice.row0, slice.rows};
        KernelRun run{module,
                      {lanes, aligned, sharing},
                      {call.step, x.view(), slice.view, routes.view(), y.view()},
                      pushOf(push)};
        // An expert's rows need not begin with a quad.
        run.groups[0] = ceilDiv(ceilDiv(rows, 4u) + 1, lanes / sharing);
        run.groups[1] = y.rows;
        run.groups[2] = params.used;
        run.flops = 2 * uint64_t(y.rows) * params.used * rows * w.cols;
        run.loops = ceilDiv(units * layout.unitElements() / 8, sharing) * 2 + 16;
        LATHE_TRY(runKernel(call, run));
    }
    return {};
}

} // namespace lathe
