// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/linear/linear.h"

#include "core/base/checked.h"
#include "core/ops/linear/linear_kernels.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "core/tensor/device_layout.h"

namespace lathe {

namespace {

shader::LinearPush pushFor(const VulkanCall &call, const LinearParams &params, const DeviceTensor &w)
{
    shader::LinearPush push{};
    push.rowsWord = uint32_t(call.rows);
    push.maxRows = call.in[0].rows;
    push.cols = w.cols;
    push.units = deviceLayout(w.type).units(w.cols);
    push.eps = params.eps;
    for (size_t i = 0; i < call.out.size(); ++i)
        push.outCols[i] = call.out[i].cols;
    return push;
}

/// Bindings of linear_io.glsl with the weight of one dispatch; what is unused repeats x or y_0.
std::vector<gpu::BufferView> bindingsFor(const VulkanCall &call, const LinearParams &params,
                                         const gpu::BufferView &weight)
{
    const LinearLayout at(params);
    const gpu::BufferView &x = call.in[0].view(), &y = call.out[0].view();
    std::vector<gpu::BufferView> views(11, x);
    views[0] = call.step;
    views[2] = weight;
    for (uint32_t i = 0; i < 3; ++i)
        views[3 + i] = i < call.out.size() ? call.out[i].view() : y;
    if (params.flags & kLinearNorm)
        views[6] = call.in[at.norm].view();
    for (uint32_t i = 0; i < params.count && (params.flags & kLinearBias); ++i)
        views[7 + i] = call.in[at.bias + i].view();
    if (params.flags & kLinearResidual)
        views[10] = call.in[at.residual].view();
    return views;
}

/// All matrices in one dispatch: they must lie in one buffer, each in one slice, within one binding.
Result<> recordTogether(VulkanCall &call, const LinearParams &params, const LinearKernel &kernel)
{
    const LinearLayout at(params);
    const std::span<const DeviceTensor> weights = call.in.subspan(at.weight, params.count);
    uint64_t begin = UINT64_MAX, end = 0;
    for (const DeviceTensor &w : weights) {
        begin = std::min(begin, w.view().offset);
        end = std::max(end, w.view().offset + w.view().bytes);
    }
    shader::LinearPush push = pushFor(call, params, weights[0]);
    push.segments = params.count;
    uint32_t quads = 0;
    for (uint32_t i = 0; i < params.count; ++i) {
        const DeviceTensor &w = weights[i];
        push.segment[i] = {uint32_t((w.view().offset - begin) / 16), w.rows, 0, quads};
        quads += 2 * ceilDiv(w.rows, kLayoutRows);
    }
    if (params.flags & kLinearGlu)
        quads = 2 * ceilDiv(weights[0].rows, kLayoutRows);
    const gpu::BufferView whole = weights[0].view().buffer.view(begin, end - begin);
    return kernel.record(call, params, weights[0], push, bindingsFor(call, params, whole), quads);
}

/// One matrix, slice by slice.
Result<> recordSlices(VulkanCall &call, const LinearParams &params, const LinearKernel &kernel)
{
    const DeviceTensor &w = call.in[LinearLayout(params).weight];
    for (const DeviceSlice &slice : w.slices) {
        shader::LinearPush push = pushFor(call, params, w);
        push.segments = 1;
        push.segment[0] = {0, slice.rows, slice.row0, 0};
        LATHE_TRY(kernel.record(call, params, w, push, bindingsFor(call, params, slice.view),
                                2 * ceilDiv(slice.rows, kLayoutRows)));
    }
    return {};
}

} // namespace

Result<> recordLinearVulkan(VulkanCall &call)
{
    const auto params = call.params.as<LinearParams>();
    if (call.in[0].rows == 0 || call.out[0].cols == 0)
        return {};
    LATHE_ASSIGN(const LinearKernel *kernel, chooseLinearKernel(call, params));
    return params.count > 1 ? recordTogether(call, params, *kernel) : recordSlices(call, params, *kernel);
}

} // namespace lathe
