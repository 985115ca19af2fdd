// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/vulkan_call.h"

#include <initializer_list>

namespace lathe {

/// One dispatch of an op's recording.
struct KernelRun {
    std::string_view module;
    std::vector<uint32_t> constants;       ///< by constant id
    std::vector<gpu::BufferView> bindings; ///< binding 0 is the step buffer; an unused one repeats a used one
                                           ///< of its direction, so that it asks for no barrier of its own
    std::span<const std::byte> push;
    uint32_t groups[3] = {1, 1, 1};
    uint64_t flops = 0;
    uint64_t loops = 0; ///< iterations per invocation, over all its loops
};

/// Records it, unless the self-test found the kernel wrong (then an error that names it).
Result<> runKernel(VulkanCall &call, const KernelRun &run);

template <class Push> std::span<const std::byte> pushOf(const Push &push)
{
    return std::as_bytes(std::span(&push, 1));
}

/// Lanes for work on one row by one workgroup: few on a software driver, where a barrier is dear, unless the
/// row is long.
uint32_t rowLanes(const gpu::Device &device, uint32_t cols);
/// Lanes for independent elements.
uint32_t elementLanes(const gpu::Device &device);

/// Records a kernel with RowsPush that runs one workgroup per row (rowwise) or one lane per element.
struct RowsRun {
    std::string_view module;
    std::initializer_list<const DeviceTensor *> tensors; ///< bindings from 1 on
    uint32_t rows = 0;
    uint32_t cols = 0;
    bool rowwise = true;
    uint32_t passes = 1; ///< over the row
    float value = 0;
    uint32_t option = 0;
};
Result<> runRows(VulkanCall &call, const RowsRun &run);

} // namespace lathe
