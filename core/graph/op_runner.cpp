// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_runner.h"

#include "core/graph/vulkan_weight.h"

#include <algorithm>

namespace lathe {

namespace {

uint64_t bytesOf(const HostTensor &tensor)
{
    return uint64_t(tensor.rows) * rowBytes(tensor.type, tensor.cols);
}

Result<DeviceTensor> place(gpu::Device &device, const HostTensor &tensor)
{
    const uint64_t bytes = std::max<uint64_t>(bytesOf(tensor), 4);
    LATHE_ASSIGN(const gpu::Buffer buffer, device.allocate(gpu::Pool::Arena, bytes, "case"));
    if (bytesOf(tensor) > 0)
        LATHE_TRY(device.upload(buffer.view(0, bytesOf(tensor)), {tensor.data, bytesOf(tensor)}));
    return DeviceTensor{tensor.type, tensor.rows, tensor.cols, false, {{buffer.view(), 0, tensor.rows}}};
}

/// The weights of a case that one kernel may read together lie in one buffer, as a model's do.
Result<std::vector<DeviceTensor>> placeInputs(gpu::Device &device, const OpCase &row,
                                              const FilledCase &filled, std::vector<WeightPtr> &keep)
{
    std::vector<DeviceTensor> tensors;
    std::vector<WeightSource> group;
    std::vector<size_t> members;
    for (size_t i = 0; i < row.in.size(); ++i) {
        if (row.in[i].fill == Fill::Weight && filled.in[i].rows > 0) {
            const HostTensor &t = filled.in[i];
            group.push_back({"case", t.type, t.rows, t.cols, {t.data, bytesOf(t)}, false});
            members.push_back(i);
            tensors.emplace_back();
            continue;
        }
        LATHE_ASSIGN(DeviceTensor tensor, place(device, filled.in[i]));
        tensors.push_back(std::move(tensor));
    }
    if (!group.empty()) {
        LATHE_ASSIGN(keep, uploadWeights(device, group));
        for (size_t m = 0; m < members.size(); ++m)
            tensors[members[m]] = static_cast<const VulkanWeight &>(*keep[m]).tensor;
    }
    return tensors;
}

} // namespace

Result<> runCaseOnDevice(gpu::Device &device, const OpDef &op, const OpCase &row, FilledCase &filled,
                         const DisabledKernels &disabled, std::set<std::string> &used, MathTier math,
                         uint64_t maxScratchBytes)
{
    std::vector<WeightPtr> keep;
    LATHE_ASSIGN(const std::vector<DeviceTensor> in, placeInputs(device, row, filled, keep));
    std::vector<DeviceTensor> out;
    for (size_t i = 0; i < row.out.size(); ++i) {
        LATHE_ASSIGN(DeviceTensor tensor, place(device, filled.out[i]));
        out.push_back(std::move(tensor));
    }
    LATHE_ASSIGN(const gpu::Buffer step, device.allocate(gpu::Pool::Staging, 256, "step"));
    std::vector<uint32_t> counts(64, UINT32_MAX);
    LATHE_TRY(device.upload(step.view(), std::as_bytes(std::span(counts))));
    gpu::Recorder recorder(device);
    gpu::Buffer scratch;
    const uint64_t scratchBytes =
        std::min(op.scratchBytes ? op.scratchBytes(device, row.params, row.out[0].rows) : 0, maxScratchBytes);
    if (scratchBytes > 0) {
        LATHE_ASSIGN(scratch, device.allocate(gpu::Pool::Arena, scratchBytes, "scratch"));
    }
    VulkanCall call{row.params,
                    in,
                    out,
                    RowCount::Fixed,
                    step.view(),
                    device,
                    recorder,
                    disabled,
                    math,
                    op.name,
                    {scratch, 0, scratchBytes},
                    &used};
    LATHE_TRY(op.record(call));
    LATHE_ASSIGN(const gpu::Recording recording, recorder.finish());
    LATHE_TRY(device.submit(recording));
    for (size_t i = 0; i < out.size(); ++i) {
        const uint64_t bytes = bytesOf(filled.out[i]);
        if (bytes > 0)
            LATHE_TRY(device.download(out[i].view().buffer.view(0, bytes), {filled.out[i].data, bytes}));
    }
    return {};
}

Result<double> caseErrorOnDevice(gpu::Device &device, const OpDef &op, const OpCase &row, uint64_t seed,
                                 const DisabledKernels &disabled, std::set<std::string> &used, MathTier math)
{
    FilledCase expected = fillCase(row, seed), actual = fillCase(row, seed);
    runHost(op.reference, row, expected);
    LATHE_TRY(runCaseOnDevice(device, op, row, actual, disabled, used, math));
    double worst = 0;
    for (size_t i = 0; i < expected.out.size(); ++i)
        worst = std::max(worst, compare(actual.out[i], expected.out[i]));
    return worst;
}

} // namespace lathe
