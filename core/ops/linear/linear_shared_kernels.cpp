// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels that reduce or tile in shared memory: made for GPUs, replacements on software drivers.
#include "core/base/checked.h"
#include "core/ops/linear/linear_kernels.h"
#include "core/ops/vulkan_dispatch.h"
#include "core/tensor/device_layout.h"

#include <algorithm>
#include <bit>

namespace lathe {

namespace {

constexpr uint32_t kTileRows = 64, kTileQuads = 16, kTileChunks = 4; // linear_tiled.comp
constexpr uint32_t kChunkColumns = 8;

uint32_t chunksOf(const DeviceTensor &w)
{
    return deviceLayout(w.type).units(w.cols) * deviceLayout(w.type).unitElements() / kChunkColumns;
}

/// Per tile: 8 steps of the product, 4 of a load, one of the loop itself and 4 where a load has two.
uint64_t tiledLoops(const DeviceTensor &w)
{
    return uint64_t(ceilDiv(chunksOf(w), kTileChunks)) * 17 + 64;
}

bool tiledFits(const VulkanCall &call, const LinearParams &params)
{
    return tiledLoops(call.in[LinearLayout(params).weight]) <= gpu::kMaxLoopIterations;
}

bool fp16Fits(const VulkanCall &call, const LinearParams &params)
{
    return call.device.features().fp16 && call.in[0].rows > kTierRows && tiledFits(call, params);
}

bool dotFits(const VulkanCall &call, const LinearParams &params)
{
    const DType type = call.in[LinearLayout(params).weight].type;
    return call.device.features().integerDot && call.in[0].rows > kTierRows &&
           dtypeInfo(type).wholeNumbers && tiledFits(call, params);
}

Result<> recordTiled(const LinearKernel &kernel, VulkanCall &call, const LinearParams &params,
                     const DeviceTensor &w, const shader::LinearPush &push,
                     std::vector<gpu::BufferView> bindings, uint32_t quads)
{
    const bool glu = params.flags & kLinearGlu;
    const std::string module = linearModule(kernel, w.type);
    KernelRun run{module,
                  {0, params.flags, uint32_t(params.activation), isAligned(w)},
                  std::move(bindings),
                  pushOf(push)};
    run.groups[0] = ceilDiv(quads, glu ? kTileQuads / 2 : kTileQuads);
    run.groups[1] = ceilDiv(call.in[0].rows, kTileRows);
    run.flops = linearFlops(call, push, quads, glu);
    run.loops = tiledLoops(w);
    return runKernel(call, run);
}

template <const LinearKernel &kernel>
Result<> recordTiledAs(VulkanCall &call, const LinearParams &params, const DeviceTensor &w,
                       const shader::LinearPush &push, std::vector<gpu::BufferView> bindings, uint32_t quads)
{
    return recordTiled(kernel, call, params, w, push, std::move(bindings), quads);
}

struct SplitShape {
    uint32_t lanes, workgroup, tokens;
    uint64_t loops;
};

/// Lanes so that each has two chunks or more; on a software driver, where the lanes of a subgroup cost
/// nothing and barriers do, one subgroup, unless the row is too long for that.
SplitShape splitShape(const VulkanCall &call, const DeviceTensor &w, bool glu)
{
    const uint32_t chunks = chunksOf(w);
    const bool software = call.device.deviceClass() == gpu::DeviceClass::Software;
    SplitShape shape{};
    shape.lanes = std::clamp(std::bit_floor(chunks / 2), 8u, 32u);
    if (software && chunks <= 4096)
        shape.lanes = 8;
    shape.workgroup = software ? shape.lanes : 64;
    shape.tokens = std::min(std::bit_ceil(call.in[0].rows), kFewRows);
    const uint32_t quads = glu ? 2 : 1;
    const uint64_t perChunk = 1 + 2 * shape.tokens + quads * (5 + shape.tokens);
    shape.loops = ceilDiv(chunks, shape.lanes) * perChunk + 256;
    return shape;
}

bool splitFits(const VulkanCall &call, const LinearParams &params)
{
    const DeviceTensor &w = call.in[LinearLayout(params).weight];
    return splitShape(call, w, params.flags & kLinearGlu).loops <= gpu::kMaxLoopIterations;
}

Result<> recordSplit(VulkanCall &call, const LinearParams &params, const DeviceTensor &w,
                     const shader::LinearPush &push, std::vector<gpu::BufferView> bindings, uint32_t quads)
{
    const bool glu = params.flags & kLinearGlu;
    const SplitShape shape = splitShape(call, w, glu);
    const std::string module = linearModule(kLinearSplit, w.type);
    KernelRun run{module,
                  {shape.workgroup, params.flags, uint32_t(params.activation), isAligned(w), shape.tokens,
                   glu ? 2u : 1u, shape.lanes},
                  std::move(bindings),
                  pushOf(push)};
    run.groups[0] = ceilDiv(quads, shape.workgroup / shape.lanes);
    run.groups[1] = ceilDiv(call.in[0].rows, shape.tokens);
    run.flops = linearFlops(call, push, quads, glu);
    run.loops = shape.loops;
    return runKernel(call, run);
}

} // namespace

const LinearKernel kLinearTiled{"linear_tiled", MathTier::Fp32, tiledFits, recordTiledAs<kLinearTiled>};
const LinearKernel kLinearTiledFp16{"linear_tiled", MathTier::Fp16, fp16Fits,
                                    recordTiledAs<kLinearTiledFp16>};
const LinearKernel kLinearTiledDot{"linear_tiled", MathTier::Dot, dotFits, recordTiledAs<kLinearTiledDot>};
const LinearKernel kLinearSplit{"linear_split", MathTier::Fp32, splitFits, recordSplit};

} // namespace lathe
