// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear/linear.h"
#include "core/ops/vulkan_call.h"
#include "shaders/include/linear_params.h"

namespace lathe {

/// One way to compute a linear on a device; a row of the table in linear_kernels.cpp.
struct LinearKernel {
    std::string_view stem; ///< of the module, see linearModule
    MathTier math;
    /// Whether it may be used for this call on this device at all.
    bool (*fits)(const VulkanCall &call, const LinearParams &params);
    /// Records the rows that `push` describes; `quads`: row quads over all segments (GLU: of one).
    Result<> (*record)(VulkanCall &call, const LinearParams &params, const DeviceTensor &w,
                       const shader::LinearPush &push, std::vector<gpu::BufferView> bindings, uint32_t quads);
};

/// "linear_tiled.Q4_1", "linear_tiled.Q4_1.FP16".
std::string linearModule(const LinearKernel &kernel, DType type);

/// Register tiles without shared memory, for software drivers: shaders/ops/linear.comp, and its variant for
/// subgroups of 8, in which lanes share the loads of x.
extern const LinearKernel kLinearTiles, kLinearLanes;
/// Shared-memory tiles for many rows of x, in every math tier: shaders/ops/linear_tiled.comp.
extern const LinearKernel kLinearTiled, kLinearTiledFp16, kLinearTiledDot;
/// Lanes that share a row, for few rows of x: shaders/ops/linear_split.comp.
extern const LinearKernel kLinearSplit;
inline constexpr uint32_t kFewRows = 8; ///< rows of x that it takes at once

/// Whether rows of x can be read as vec4.
bool isAligned(const DeviceTensor &w);
uint64_t linearFlops(const VulkanCall &call, const shader::LinearPush &push, uint32_t quads, bool glu);

/// The first kernel in the order of preference of the device's class and the number of rows that fits and
/// that the self-test has not switched off: of the call's math tier, else of fp32. Errors: none is left.
Result<const LinearKernel *> chooseLinearKernel(const VulkanCall &call, const LinearParams &params);

} // namespace lathe
