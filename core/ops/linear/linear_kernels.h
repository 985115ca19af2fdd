// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear/linear.h"
#include "core/ops/vulkan_call.h"
#include "shaders/include/linear_params.h"

namespace lathe {

/// One way to compute a linear on a device; a row of the table in linear_kernels.cpp.
struct LinearKernel {
    std::string_view module; ///< shader stem: the module is "<stem>.<type>"
    /// Whether it may be used for this call on this device at all.
    bool (*fits)(const VulkanCall &call, const LinearParams &params);
    /// Records the rows that `push` describes; `quads`: row quads over all segments (GLU: of one).
    Result<> (*record)(VulkanCall &call, const LinearParams &params, const DeviceTensor &w,
                       const shader::LinearPush &push, std::vector<gpu::BufferView> bindings, uint32_t quads);
};

/// The first kernel in the order of preference of the device's class that fits and that the self-test has not
/// switched off. Errors: none is left.
Result<const LinearKernel *> chooseLinearKernel(const VulkanCall &call, const LinearParams &params);

} // namespace lathe
