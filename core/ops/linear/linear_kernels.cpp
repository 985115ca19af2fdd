// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/linear/linear_kernels.h"

#include "core/base/checked.h"
#include "core/ops/vulkan_dispatch.h"
#include "core/tensor/device_layout.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

constexpr uint32_t kLanes = 8; ///< of a subgroup of linear_lanes

/// Loop iterations over all units, groups and chunks of a row.
uint64_t unitLoops(const DeviceTensor &w, const shader::LinearPush &push)
{
    return uint64_t(push.units) * (2 + deviceLayout(w.type).unitElements() / 8 * 2);
}

struct TileShape {
    uint32_t tokens, quads; ///< of one invocation
};

/// Measured on lavapipe 22.3.6 with Q4_1: a lane with 16 rows of W shares the loads of x among more (8.7
/// GFLOP per CPU-second against 6.2 with 8 rows), where enough invocations are left for the threads; 4 × 8
/// outputs are the best tile for a prompt, 4 × 16 where W is large (13.9 and 15.4 against 11.2 in the other
/// order).
TileShape tileShape(uint32_t rows, uint32_t allQuads, bool lanes)
{
    constexpr uint32_t kManyQuads = 512;
    if (rows == 1)
        return {1, lanes && allQuads < kManyQuads / 2 ? 2u : 4u};
    return {4, lanes && allQuads >= kManyQuads ? 4u : 2u};
}

Result<> recordTilesAs(const LinearKernel &kernel, VulkanCall &call, const LinearParams &params,
                       const DeviceTensor &w, const shader::LinearPush &push,
                       std::vector<gpu::BufferView> bindings, uint32_t quads)
{
    const uint32_t allQuads = params.flags & kLinearGlu ? 2 * quads : quads;
    const uint32_t rows = call.in[0].rows;
    const bool inLanes = &kernel == &kLinearLanes;
    const TileShape tile = tileShape(rows, allQuads, inLanes);
    const bool software = call.device.deviceClass() == gpu::DeviceClass::Software;
    const uint32_t workgroup = inLanes || software ? kLanes : 64;
    const std::string module = linearModule(kernel, w.type);
    KernelRun run{
        module,
        {workgroup, params.flags, uint32_t(params.activation), isAligned(w), tile.tokens, tile.quads},
        std::move(bindings),
        pushOf(push)};
    run.groups[0] = ceilDiv(ceilDiv(allQuads, tile.quads), workgroup);
    run.groups[1] = ceilDiv(rows, tile.tokens);
    run.flops = linearFlops(call, push, quads, params.flags & kLinearGlu);
    run.loops = unitLoops(w, push);
    return runKernel(call, run);
}

Result<> recordTiles(VulkanCall &call, const LinearParams &params, const DeviceTensor &w,
                     const shader::LinearPush &push, std::vector<gpu::BufferView> bindings, uint32_t quads)
{
    return recordTilesAs(kLinearTiles, call, params, w, push, std::move(bindings), quads);
}

Result<> recordLanes(VulkanCall &call, const LinearParams &params, const DeviceTensor &w,
                     const shader::LinearPush &push, std::vector<gpu::BufferView> bindings, uint32_t quads)
{
    return recordTilesAs(kLinearLanes, call, params, w, push, std::move(bindings), quads);
}

bool always(const VulkanCall &, const LinearParams &)
{
    return true;
}

/// A subgroup is the 8 lanes that the module is written for, and the format has chunks enough for them.
bool lanesFit(const VulkanCall &call, const LinearParams &params)
{
    const gpu::Features &f = call.device.features();
    const DType type = call.in[LinearLayout(params).weight].type;
    return f.subgroupShuffle && f.minSubgroup == kLanes && f.maxSubgroup == kLanes &&
           dtypeInfo(type).blockElements > 1;
}

/// In order of preference.
constexpr std::array kSoftwareOrder{&kLinearTiledFp16, &kLinearTiledDot, &kLinearLanes,
                                    &kLinearTiles,     &kLinearSplit,    &kLinearTiled};
constexpr std::array kFewRowsOrder{&kLinearTiledFp16, &kLinearTiledDot, &kLinearSplit,
                                   &kLinearTiles,     &kLinearLanes,    &kLinearTiled};
constexpr std::array kManyRowsOrder{&kLinearTiledFp16, &kLinearTiledDot, &kLinearTiled,
                                    &kLinearTiles,     &kLinearLanes,    &kLinearSplit};
constexpr std::array<std::string_view, 3> kTierSuffix{"", ".FP16", ".DOT"}; // by MathTier

} // namespace

const LinearKernel kLinearTiles{"linear", MathTier::Fp32, always, recordTiles};
const LinearKernel kLinearLanes{"linear_lanes", MathTier::Fp32, lanesFit, recordLanes};

std::string linearModule(const LinearKernel &kernel, DType type)
{
    return std::string(kernel.stem) + "." + std::string(dtypeInfo(type).name) +
           std::string(kTierSuffix[size_t(kernel.math)]);
}

bool isAligned(const DeviceTensor &w)
{
    return w.cols % deviceLayout(w.type).unitElements() == 0 && w.cols % 4 == 0;
}

uint64_t linearFlops(const VulkanCall &call, const shader::LinearPush &push, uint32_t quads, bool glu)
{
    return 2 * uint64_t(call.in[0].rows) * quads * 4 * push.cols * (glu ? 2 : 1);
}

Result<const LinearKernel *> chooseLinearKernel(const VulkanCall &call, const LinearParams &params)
{
    const DType type = call.in[LinearLayout(params).weight].type;
    const bool software = call.device.deviceClass() == gpu::DeviceClass::Software;
    const bool few = call.in[0].rows <= kFewRows;
    for (const LinearKernel *kernel : software ? kSoftwareOrder : few ? kFewRowsOrder : kManyRowsOrder) {
        const bool wanted = kernel->math == MathTier::Fp32 || kernel->math == call.math;
        if (wanted && kernel->fits(call, params) && !call.disabled.contains(linearModule(*kernel, type)))
            return kernel;
    }
    return fail(Errc::Device, "linear." + std::string(dtypeInfo(type).name),
                "every kernel for this type is switched off on this device", "use --device cpu");
}

} // namespace lathe
