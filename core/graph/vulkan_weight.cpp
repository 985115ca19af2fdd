// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/vulkan_weight.h"

#include "core/base/checked.h"
#include "core/tensor/device_layout.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr uint64_t kPackBytes = uint64_t(16) << 20; ///< packed and uploaded at a time

/// Rows of one slice: all of them, or as many as a binding holds, in multiples of the interleaving.
uint32_t sliceRows(const gpu::Device &device, const WeightSource &source)
{
    const uint64_t group = deviceLayout(source.type).packedBytes(kLayoutRows, source.cols);
    const uint64_t groups = std::max<uint64_t>(device.features().maxBindingBytes / group, 1);
    return uint32_t(std::min<uint64_t>(groups * kLayoutRows, source.rows));
}

Result<> uploadSlice(gpu::Device &device, const WeightSource &source, const WeightBytes &bytes,
                     const DeviceSlice &slice)
{
    const DeviceLayout &layout = deviceLayout(source.type);
    const uint64_t groupBytes = layout.packedBytes(kLayoutRows, source.cols);
    const uint32_t step = uint32_t(std::max<uint64_t>(kPackBytes / groupBytes, 1)) * kLayoutRows;
    std::vector<uint32_t> packed;
    for (uint32_t row = 0; row < slice.rows; row += step) {
        const uint32_t count = std::min(step, slice.rows - row);
        packed.resize(layout.packedBytes(count, source.cols) / sizeof(uint32_t));
        packRows(source.type,
                 bytes.view().data() + (uint64_t(slice.row0) + row) * rowBytes(source.type, source.cols),
                 count, source.cols, packed);
        const uint64_t offset = slice.view.offset + row / kLayoutRows * groupBytes;
        LATHE_TRY(device.upload(slice.view.buffer.view(offset, packed.size() * sizeof(uint32_t)),
                                std::as_bytes(std::span(packed))));
    }
    return {};
}

Result<> uploadVector(gpu::Device &device, const WeightSource &source, const WeightBytes &bytes,
                      const gpu::BufferView &view)
{
    std::vector<float> values(size_t(source.rows) * source.cols);
    const DTypeInfo &info = dtypeInfo(source.type);
    info.decode(bytes.view().data(), values.data(), values.size() / info.blockElements);
    return device.upload(view, std::as_bytes(std::span(values)));
}

std::shared_ptr<VulkanWeight> describe(const WeightSource &source)
{
    auto weight = std::make_shared<VulkanWeight>();
    weight->name = source.name;
    weight->type = source.vector ? DType::F32 : source.type;
    weight->rows = source.rows;
    weight->cols = source.cols;
    weight->tensor = {weight->type, source.rows, source.cols, !source.vector, {}};
    return weight;
}

/// A tensor of its own: one buffer per slice.
Result<WeightPtr> uploadAlone(gpu::Device &device, const WeightSource &source)
{
    LATHE_ASSIGN(const WeightBytes content, readWeight(source));
    auto weight = describe(source);
    const uint32_t step = source.vector ? source.rows : sliceRows(device, source);
    for (uint32_t row = 0; row < source.rows; row += step) {
        const uint32_t rows = std::min(step, source.rows - row);
        const uint64_t bytes =
            source.vector ? deviceBytes(source) : deviceLayout(source.type).packedBytes(rows, source.cols);
        LATHE_ASSIGN(const gpu::Buffer buffer, device.allocate(gpu::Pool::Weights, bytes, source.name));
        weight->tensor.slices.push_back({buffer.view(), row, rows});
        if (source.vector)
            LATHE_TRY(uploadVector(device, source, content, buffer.view()));
        else
            LATHE_TRY(uploadSlice(device, source, content, weight->tensor.slices.back()));
    }
    return WeightPtr(std::move(weight));
}

/// Matrices side by side in one buffer.
Result<std::vector<WeightPtr>> uploadTogether(gpu::Device &device, std::span<const WeightSource> group,
                                              uint64_t totalBytes)
{
    LATHE_ASSIGN(const gpu::Buffer buffer,
                 device.allocate(gpu::Pool::Weights, totalBytes, group.front().name));
    std::vector<WeightPtr> weights;
    uint64_t offset = 0;
    for (const WeightSource &source : group) {
        auto weight = describe(source);
        weight->tensor.slices.push_back({buffer.view(offset, deviceBytes(source)), 0, source.rows});
        LATHE_ASSIGN(const WeightBytes content, readWeight(source));
        LATHE_TRY(uploadSlice(device, source, content, weight->tensor.slices.front()));
        offset += roundUp<uint64_t>(deviceBytes(source), gpu::kBufferAlignment);
        weights.push_back(std::move(weight));
    }
    return weights;
}

} // namespace

uint64_t deviceBytes(const WeightSource &source)
{
    return source.vector ? uint64_t(source.rows) * source.cols * sizeof(float)
                         : deviceLayout(source.type).packedBytes(source.rows, source.cols);
}

Result<std::vector<WeightPtr>> uploadWeights(gpu::Device &device, std::span<const WeightSource> group)
{
    uint64_t total = 0;
    bool together = group.size() > 1;
    for (const WeightSource &source : group) {
        total += roundUp<uint64_t>(deviceBytes(source), gpu::kBufferAlignment);
        together = together && !source.vector && source.type == group.front().type;
    }
    if (together && total <= device.features().maxBindingBytes)
        return uploadTogether(device, group, total);
    std::vector<WeightPtr> weights;
    for (const WeightSource &source : group) {
        LATHE_ASSIGN(WeightPtr weight, uploadAlone(device, source));
        weights.push_back(std::move(weight));
    }
    return weights;
}

bool inOneBinding(const gpu::Device &device, std::span<const VulkanWeight *const> weights)
{
    uint64_t begin = UINT64_MAX, end = 0;
    for (const VulkanWeight *weight : weights) {
        const bool whole = weight->tensor.slices.size() == 1 &&
                           weight->tensor.view().buffer == weights.front()->tensor.view().buffer;
        if (!whole)
            return false;
        begin = std::min(begin, weight->tensor.view().offset);
        end = std::max(end, weight->tensor.view().offset + weight->tensor.view().bytes);
    }
    return end - begin <= device.features().maxBindingBytes;
}

} // namespace lathe
