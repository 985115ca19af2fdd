// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// The Vulkan rung of each op (<op>_vulkan.cpp), for its OpDef.
Result<> recordEmbedVulkan(VulkanCall &call);
Result<> recordLinearVulkan(VulkanCall &call);
Result<> recordLinearDxVulkan(VulkanCall &call);
Result<> recordRmsNormVulkan(VulkanCall &call);
Result<> recordLayerNormVulkan(VulkanCall &call);
Result<> recordRopeVulkan(VulkanCall &call);
Result<> recordCacheWriteVulkan(VulkanCall &call);
Result<> recordRopeCacheVulkan(VulkanCall &call);
Result<> recordAttentionVulkan(VulkanCall &call);
uint64_t attentionScratchBytes(const gpu::Device &device, const ParamBlob &params, uint32_t rows);
Result<> recordAddVulkan(VulkanCall &call);
Result<> recordGluVulkan(VulkanCall &call);
Result<> recordGatherRowsVulkan(VulkanCall &call);
Result<> recordSoftmaxVulkan(VulkanCall &call);
Result<> recordArgmaxVulkan(VulkanCall &call);
Result<> recordTopKVulkan(VulkanCall &call);
Result<> recordUnaryVulkan(VulkanCall &call);
Result<> recordRouterVulkan(VulkanCall &call);
Result<> recordExpertLinearVulkan(VulkanCall &call);
Result<> recordExpertSumVulkan(VulkanCall &call);
Result<> recordInt8RoundVulkan(VulkanCall &call);
Result<> recordCrossEntropyVulkan(VulkanCall &call);

} // namespace lathe
