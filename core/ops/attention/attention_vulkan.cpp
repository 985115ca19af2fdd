// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/attention/attention.h"

#include "core/base/checked.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "shaders/include/attention_params.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr uint32_t kMaxSharedBytes = 16384; ///< of the lanes' sums, half of what every device has

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

/// Scratch of a recording; its layers take turns in it.
Result<gpu::BufferView> parts(VulkanCall &call, uint64_t bytes)
{
    for (const gpu::Buffer &buffer : call.scratch) {
        if (buffer.bytes() >= bytes)
            return buffer.view(0, bytes);
    }
    LATHE_ASSIGN(gpu::Buffer buffer, call.device.allocate(gpu::Pool::Arena, bytes, "attention parts"));
    call.scratch.push_back(buffer);
    return buffer.view();
}

Result<> merge(VulkanCall &call, const shader::AttentionPush &push, const gpu::BufferView &partial)
{
    const uint32_t lanes = elementLanes(call.device);
    KernelRun run{"attention_merge", {lanes}, {call.step, partial, call.out[0].view()}, pushOf(push)};
    run.groups[0] = ceilDiv(push.heads * push.headDim, lanes);
    run.groups[1] = push.maxRows;
    run.loops = 2 * uint64_t(push.splits);
    return runKernel(call, run);
}

} // namespace

Result<> recordAttentionVulkan(VulkanCall &call)
{
    const auto params = call.params.as<AttentionParams>();
    const DeviceTensor &q = call.in[0], &keys = call.in[1];
    if (q.rows == 0)
        return {};
    const uint32_t quads = ceilDiv(params.headDim, 4u);
    const auto [lanes, heads] = workgroupShape(call.device, params, quads);
    uint32_t bound = params.keyBound == 0 ? params.context : std::min(params.keyBound, params.context);
    if (params.window > 0)
        bound = std::min(bound, params.window);
    const uint64_t loopsPerKey = quads * (2 + 3 * heads) + 3 * heads + 1;
    const uint64_t otherLoops = heads * (4 * quads + 3 * lanes);
    const uint32_t splitKeys =
        std::max<uint32_t>(uint32_t((gpu::kMaxLoopIterations - otherLoops) / loopsPerKey * lanes), lanes);
    const uint32_t splits = std::max(1u, ceilDiv(bound, splitKeys));
    shader::AttentionPush push{uint32_t(call.rows),
                               q.rows,
                               0,
                               params.heads,
                               params.kvHeads,
                               params.headDim,
                               params.context,
                               keys.rows / params.context,
                               params.window,
                               splits,
                               splitKeys,
                               params.scale,
                               params.softcap};
    gpu::BufferView partial = call.out[0].view();
    gpu::BufferView y = call.out[0].view();
    if (splits > 1) {
        const uint64_t bytes =
            uint64_t(q.rows) * params.heads * splits * (params.headDim + 2) * sizeof(float);
        LATHE_ASSIGN(partial, parts(call, bytes));
        y = partial;
    }
    const bool aligned = params.headDim % 4 == 0;
    const char *module = keys.type == DType::F16 ? "attention.CACHE_F16" : "attention";
    KernelRun run{module,
                  {lanes, quads, aligned, heads},
                  {call.step, q.view(), keys.view(), call.in[2].view(), call.in[3].view(), y, partial},
                  pushOf(push)};
    run.groups[0] = params.heads / heads;
    run.groups[1] = q.rows;
    run.groups[2] = splits;
    run.flops = 4 * uint64_t(q.rows) * params.heads * params.headDim * bound;
    run.loops = ceilDiv(std::min(bound, splitKeys), lanes) * loopsPerKey + otherLoops;
    LATHE_TRY(runKernel(call, run));
    return splits > 1 ? merge(call, push, partial) : Result<>{};
}

} // namespace lathe
