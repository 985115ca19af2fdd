// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gpu/instance.h"
#include "core/gpu/vk.h"

namespace lathe::gpu {

struct Instance::State {
    Options options;
    uint32_t apiVersion = VK_API_VERSION_1_2; ///< what both the loader and we know: 1.2 or 1.3
    VkInstance handle = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT messenger = VK_NULL_HANDLE;
    // volk keeps these in globals that the next instance overwrites, with null where it has no such
    // extension.
    PFN_vkDestroyDebugUtilsMessengerEXT destroyMessenger = nullptr;
    PFN_vkSetDebugUtilsObjectNameEXT setObjectName = nullptr;
    std::vector<VkPhysicalDevice> physical; ///< same order as devices
    std::vector<DeviceInfo> devices;

    State() = default;
    State(const State &) = delete;
    State &operator=(const State &) = delete;
    ~State();
};

/// What `device` is and offers; nothing when it is below Vulkan 1.2 or has no compute queue.
struct PhysicalFacts {
    DeviceInfo info;
    bool usable = false;
};
PhysicalFacts readPhysicalDevice(VkPhysicalDevice device, uint32_t instanceVersion);

/// Whether the device lists the extension.
bool hasExtension(std::span<const VkExtensionProperties> extensions, std::string_view name);
std::vector<VkExtensionProperties> deviceExtensions(VkPhysicalDevice device);

/// Of the device's largest local heap: what this process may take in all (min(reported budget, heap), or 80 %
/// of the heap), and what it has taken by the driver's count (0 where the driver does not say).
struct HeapBudget {
    uint64_t budget = 0;
    uint64_t used = 0;
};
HeapBudget heapBudget(VkPhysicalDevice device, bool memoryBudget);

} // namespace lathe::gpu
