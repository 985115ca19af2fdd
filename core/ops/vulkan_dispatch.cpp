// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/vulkan_dispatch.h"

#include "core/base/checked.h"
#include "shaders/include/rows_params.h"

#include <algorithm>

namespace lathe {

Result<> runKernel(VulkanCall &call, const KernelRun &run)
{
    if (call.disabled.contains(run.module))
        return fail(Errc::Device, std::string(run.module),
                    "this kernel gave wrong numbers in the device's self-test and has no replacement",
                    "use --device cpu");
    LATHE_ASSIGN(const gpu::Kernel *kernel, call.device.kernel({run.module, run.constants, 0}));
    if (call.used)
        call.used->emplace(run.module);
    gpu::Dispatch dispatch;
    dispatch.kernel = kernel;
    // Trailing bindings that this module does not use are not part of its layout.
    const size_t count = std::min(run.bindings.size(), kernel->bindings().size());
    dispatch.bindings = std::span(run.bindings).first(count);
    dispatch.push = run.push;
    std::copy_n(run.groups, 3, dispatch.groups);
    dispatch.flops = run.flops;
    dispatch.loopIterations = run.loops;
    dispatch.label = call.label;
    return call.recorder.dispatch(dispatch);
}

uint32_t rowLanes(const gpu::Device &device, uint32_t cols)
{
    if (device.deviceClass() == gpu::DeviceClass::Software)
        return cols <= 4096 ? 8 : 64;
    return cols <= 1024 ? 64 : 256;
}

uint32_t elementLanes(const gpu::Device &device)
{
    return device.deviceClass() == gpu::DeviceClass::Software ? 32 : 64;
}

Result<> runRows(VulkanCall &call, const RowsRun &run)
{
    if (run.rows == 0 || run.cols == 0)
        return {};
    const uint32_t lanes = run.rowwise ? rowLanes(call.device, run.cols) : elementLanes(call.device);
    shader::RowsPush push{uint32_t(call.rows), run.rows, run.cols, 0, run.value, run.option, 0, 0};
    KernelRun kernel{run.module, {lanes}, {call.step}, pushOf(push)};
    for (const DeviceTensor *tensor : run.tensors)
        kernel.bindings.push_back(tensor->view());
    const uint32_t limit = call.device.features().maxGroups[run.rowwise ? 0 : 1];
    for (uint32_t first = 0; first < run.rows; first += limit) {
        push.firstRow = first;
        const uint32_t count = std::min(limit, run.rows - first);
        kernel.groups[0] = run.rowwise ? count : ceilDiv(run.cols, lanes);
        kernel.groups[1] = run.rowwise ? 1 : count;
        kernel.loops = run.rowwise ? uint64_t(run.passes) * ceilDiv(run.cols, lanes) + 3 * lanes : 1;
        LATHE_TRY(runKernel(call, kernel));
    }
    return {};
}

} // namespace lathe
