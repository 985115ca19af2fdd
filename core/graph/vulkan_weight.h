// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/backend.h"
#include "core/ops/vulkan_call.h"

namespace lathe {

struct VulkanWeight final : Weight {
    DeviceTensor tensor;
};

struct VulkanState final : State {
    DeviceTensor tensor;
};

/// Bytes a weight takes in device memory, without the gaps of alignment.
uint64_t deviceBytes(const WeightSource &source);

/// Packs and uploads weights; those of one group that together fit one binding share a buffer.
Result<std::vector<WeightPtr>> uploadWeights(gpu::Device &device, std::span<const WeightSource> group);

/// Whether one binding of the device can cover all of them.
bool inOneBinding(const gpu::Device &device, std::span<const VulkanWeight *const> weights);

} // namespace lathe
