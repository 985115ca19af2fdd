// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/attention/attention.h"

#include "core/base/checked.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "shaders/include/attention_params.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr uint32_t kMaxSharedBytes = 16384;             ///< of the lanes' sums, half of what every device has
constexpr uint64_t kMaxPartsBytes = uint64_t(16) << 20; ///< of the parts of one dispatch

struct Shape {
    uint32_t lanes, heads; ///< of a workgroup
};

/// As many lanes as their sums fit into shared memory. On a software driver, where loads are dear and
/// registers are not, up to 4 query heads share the loads of their key head (3 of 9 heads of 64 over 530
/// keys, 30 layers: 11 CPU-ms against 24 on lavapipe 22.3.6).
Shape workgroupShape(const gpu::Device &device, const AttentionParams &params, uint32_t quads)
{
    const bool software = device.deviceClass() == gpu::DeviceClass::Software;
    const uint32_t group = params.heads / params.kvHeads;
    const auto fits = [&](Shape s) { return s.lanes * s.heads * (quads * 16 + 8) <= kMaxSharedBytes; };
    Shape shape{software ? 8u : 32u, 1};
    for (uint32_t heads = software ? 4 : 1; heads > 1 && shape.heads == 1; --heads)
        if (group % heads == 0 && fits({shape.lanes, heads}))
            shape.heads = heads;
    while (shape.lanes > 1 && !fits(shape))
        shape.lanes /= 2;
    return shape;
}

/// How the keys are cut into parts, so that no invocation loops too long.
struct Split {
    Shape shape;
    uint32_t splits, splitKeys; ///< parts of `bound` keys; keys of one
    uint64_t loops;             ///< of one invocation
    uint64_t rowBytes;          ///< parts of one row; 0 where there is one part only
};

Split splitOf(const gpu::Device &device, const AttentionParams &params, uint32_t bound)
{
    const uint32_t quads = ceilDiv(params.headDim, 4u);
    Split split{};
    split.shape = workgroupShape(device, params, quads);
    const auto [lanes, heads] = split.shape;
    if (params.window > 0)
        bound = std::min(bound, params.window);
    const uint64_t perKey = uint64_t(quads) * (2 + 3 * heads) + 3 * heads + 1;
    const uint64_t others = heads * (4 * uint64_t(quads) + 3 * lanes);
    const uint64_t room = gpu::kMaxLoopIterations - std::min(others, gpu::kMaxLoopIterations);
    split.splitKeys = std::max(uint32_t(room / perKey) * lanes, lanes);
    split.splits = std::max(1u, ceilDiv(bound, split.splitKeys));
    split.loops = ceilDiv(std::min(bound, split.splitKeys), lanes) * perKey + others;
    if (split.splits > 1)
        split.rowBytes = uint64_t(params.heads) * split.splits * (params.headDim + 2) * sizeof(float);
    return split;
}

Result<> merge(VulkanCall &call, const shader::AttentionPush &push, const gpu::BufferView &partial,
               uint32_t rows)
{
    const uint32_t lanes = elementLanes(call.device);
    KernelRun run{"attention_merge", {lanes}, {call.step, partial, call.out[0].view()}, pushOf(push)};
    run.groups[0] = ceilDiv(push.heads * push.headDim, lanes);
    run.groups[1] = rows;
    run.loops = 2 * uint64_t(push.splits);
    return runKernel(call, run);
}

/// Rows from push.firstRow on: their parts and the merge, or at once where there is one part.
Result<> recordRows(VulkanCall &call, const AttentionParams &params, const Split &split,
                    const shader::AttentionPush &push, uint32_t rows)
{
    const DeviceTensor &q = call.in[0], &keys = call.in[1];
    gpu::BufferView partial = call.out[0].view();
    gpu::BufferView y = call.out[0].view();
    if (split.splits > 1) {
        partial = call.scratch.buffer.view(call.scratch.offset, rows * split.rowBytes);
        y = partial;
    }
    const bool aligned = params.headDim % 4 == 0;
    const char *module = keys.type == DType::F16 ? "attention.CACHE_F16" : "attention";
    KernelRun run{module,
                  {split.shape.lanes, ceilDiv(params.headDim, 4u), aligned, split.shape.heads},
                  {call.step, q.view(), keys.view(), call.in[2].view(), call.in[3].view(), y, partial},
                  pushOf(push)};
    run.groups[0] = params.heads / split.shape.heads;
    run.groups[1] = rows;
    run.groups[2] = split.splits;
    run.flops = 4 * uint64_t(rows) * params.heads * params.headDim *
                std::min<uint64_t>(uint64_t(split.splits) * split.splitKeys, params.context);
    run.loops = split.loops;
    LATHE_TRY(runKernel(call, run));
    return split.splits > 1 ? merge(call, push, partial, rows) : Result<>{};
}

} // namespace

uint64_t attentionScratchBytes(const gpu::Device &device, const ParamBlob &blob, uint32_t rows)
{
    const auto params = blob.as<AttentionParams>();
    const uint64_t rowBytes = splitOf(device, params, params.context).rowBytes;
    return rowBytes == 0 ? 0
                         : rowBytes * std::clamp<uint64_t>(kMaxPartsBytes / rowBytes, 1, std::max(rows, 1u));
}

Result<> recordAttentionVulkan(VulkanCall &call)
{
    const auto params = call.params.as<AttentionParams>();
    const DeviceTensor &q = call.in[0], &keys = call.in[1];
    if (q.rows == 0)
        return {};
    const uint32_t bound = params.keyBound == 0 ? params.context : std::min(params.keyBound, params.context);
    const Split split = splitOf(call.device, params, bound);
    uint32_t rows = q.rows; // of one dispatch
    if (split.splits > 1)
        rows = uint32_t(std::clamp<uint64_t>(call.scratch.bytes / split.rowBytes, 1, rows));
    shader::AttentionPush push{uint32_t(call.rows),
                               q.rows,
                               0,
                               params.heads,
                               params.kvHeads,
                               params.headDim,
                               params.context,
                               keys.rows / params.context,
                               params.window,
                               split.splits,
                               split.splitKeys,
                               params.scale,
                               params.softcap};
    for (; push.firstRow < q.rows; push.firstRow += rows)
        LATHE_TRY(recordRows(call, params, split, push, std::min(rows, q.rows - push.firstRow)));
    return {};
}

} // namespace lathe
