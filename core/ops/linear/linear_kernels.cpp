// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/linear/linear_kernels.h"

#include "core/base/checked.h"
#include "core/ops/vulkan_dispatch.h"
#include "core/tensor/device_layout.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

/// Loop iterations over all units, groups and chunks of a row.
uint64_t unitLoops(const DeviceTensor &w, const shader::LinearPush &push)
{
    return uint64_t(push.units) * (2 + deviceLayout(w.type).unitElements() / 8 * 2);
}

/// Register tiles without shared memory: shaders/ops/linear.comp.
Result<> recordTiles(VulkanCall &call, const LinearParams &params, const DeviceTensor &w,
                     const shader::LinearPush &push, std::vector<gpu::BufferView> bindings, uint32_t quads)
{
    const bool glu = params.flags & kLinearGlu;
    const uint32_t rows = call.in[0].rows;
    // Measured on lavapipe 22.3.6 with Q4_1: 16 rows of W per lane share the loads of x (8.7 GFLOP per
    // CPU-second against 6.2 with 8), and 4 × 8 outputs are the best tile for a prompt (10.8 against 7.9 with
    // 4 × 4).
    const uint32_t tokens = rows == 1 ? 1 : 4;
    const uint32_t tileQuads = rows == 1 ? 4 : 2;
    const bool software = call.device.deviceClass() == gpu::DeviceClass::Software;
    const uint32_t lanes = software ? 8 : 64;
    const std::string module = "linear." + std::string(dtypeInfo(w.type).name);
    KernelRun run{module,
                  {lanes, params.flags, uint32_t(params.activation), isAligned(w), tokens, tileQuads},
                  std::move(bindings),
                  pushOf(push)};
    run.groups[0] = ceilDiv(ceilDiv(glu ? 2 * quads : quads, tileQuads), lanes);
    run.groups[1] = ceilDiv(rows, tokens);
    run.flops = linearFlops(call, push, quads, glu);
    run.loops = unitLoops(w, push);
    return runKernel(call, run);
}

bool always(const VulkanCall &, const LinearParams &)
{
    return true;
}

constexpr LinearKernel kTiles{"linear", MathTier::Fp32, always, recordTiles};

using Order = std::array<const LinearKernel *, 5>;
constexpr Order kSoftwareOrder{&kLinearTiledFp16, &kLinearTiledDot, &kTiles, &kLinearSplit, &kLinearTiled};
constexpr Order kFewRowsOrder{&kLinearTiledFp16, &kLinearTiledDot, &kLinearSplit, &kTiles, &kLinearTiled};
constexpr Order kManyRowsOrder{&kLinearTiledFp16, &kLinearTiledDot, &kLinearTiled, &kTiles, &kLinearSplit};
constexpr std::array<std::string_view, 3> kTierSuffix{"", ".FP16", ".DOT"}; // by MathTier

} // namespace

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
