// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gpu/device.h"
#include "core/graph/backend.h"
#include "core/ops/vulkan_call.h"

namespace lathe {

struct VulkanOptions {
    MathTier math = MathTier::Fp32;
    DisabledKernels disabled; ///< from the self-test
};

/// A Vulkan device as a backend. `id` is "vulkan:N".
std::shared_ptr<Backend> createVulkanBackend(std::shared_ptr<gpu::Device> device, std::string id,
                                             VulkanOptions options = {});

} // namespace lathe
