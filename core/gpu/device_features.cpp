// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/instance_state.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <cstdio>

namespace lathe::gpu {
namespace {

struct Queried {
    VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2};
    VkPhysicalDeviceVulkan11Features features11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES};
    VkPhysicalDeviceVulkan12Features features12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    VkPhysicalDeviceSubgroupSizeControlFeatures subgroupSize{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES};
    VkPhysicalDeviceShaderIntegerDotProductFeatures dot{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES};

    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
    VkPhysicalDeviceVulkan11Properties properties11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES};
    VkPhysicalDeviceDriverProperties driver{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
    VkPhysicalDeviceSubgroupSizeControlProperties subgroupRange{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES};
};

template <class Head, class Next> void chain(Head &head, Next &next)
{
    next.pNext = head.pNext;
    head.pNext = &next;
}

void query(VkPhysicalDevice device, bool subgroupSize, bool dot, Queried &q)
{
    chain(q.features, q.features11);
    chain(q.features, q.features12);
    chain(q.properties, q.properties11);
    chain(q.properties, q.driver);
    if (subgroupSize) {
        chain(q.features, q.subgroupSize);
        chain(q.properties, q.subgroupRange);
    }
    if (dot)
        chain(q.features, q.dot);
    vkGetPhysicalDeviceFeatures2(device, &q.features);
    vkGetPhysicalDeviceProperties2(device, &q.properties);
}

DeviceKind kindOf(VkPhysicalDeviceType type)
{
    switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
        return DeviceKind::Discrete;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
        return DeviceKind::Integrated;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
        return DeviceKind::Virtual;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
        return DeviceKind::Software;
    default:
        return DeviceKind::Other;
    }
}

/// Whether the whole of the device's memory is open to the host, and not a window of 256 MiB.
bool wholeMemoryIsHostVisible(const VkPhysicalDeviceMemoryProperties &memory)
{
    constexpr VkMemoryPropertyFlags kWanted = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT |
                                              VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
                                              VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    uint64_t largestLocal = 0;
    uint64_t largestVisible = 0;
    for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
        const auto &type = memory.memoryTypes[i];
        const uint64_t heap = memory.memoryHeaps[type.heapIndex].size;
        if (type.propertyFlags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT)
            largestLocal = std::max(largestLocal, heap);
        if ((type.propertyFlags & kWanted) == kWanted)
            largestVisible = std::max(largestVisible, heap);
    }
    return largestVisible > 0 && largestVisible >= largestLocal / 10 * 9;
}

uint64_t largestLocalHeap(const VkPhysicalDeviceMemoryProperties &memory, uint32_t *index = nullptr)
{
    uint64_t best = 0;
    for (uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
        const auto &heap = memory.memoryHeaps[i];
        if ((heap.flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) && heap.size > best) {
            best = heap.size;
            if (index)
                *index = i;
        }
    }
    return best;
}

Features featuresOf(const Queried &q)
{
    const VkPhysicalDeviceLimits &limits = q.properties.properties.limits;
    const auto subgroup = [&](VkSubgroupFeatureFlags operations) {
        return (q.properties11.subgroupSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT) &&
               (q.properties11.subgroupSupportedOperations & operations) == operations;
    };
    Features f;
    f.fp16 = q.features12.shaderFloat16;
    f.int8 = q.features12.shaderInt8;
    f.integerDot = q.dot.shaderIntegerDotProduct;
    f.storage16 = q.features11.storageBuffer16BitAccess;
    f.subgroupArithmetic = subgroup(VK_SUBGROUP_FEATURE_BASIC_BIT | VK_SUBGROUP_FEATURE_ARITHMETIC_BIT);
    f.subgroupShuffle = subgroup(VK_SUBGROUP_FEATURE_SHUFFLE_BIT);
    f.subgroupSizeControl = q.subgroupSize.subgroupSizeControl &&
                            (q.subgroupRange.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT);
    f.timelineSemaphore = q.features12.timelineSemaphore;
    f.subgroupSize = q.properties11.subgroupSize;
    f.minSubgroup = f.subgroupSizeControl ? q.subgroupRange.minSubgroupSize : f.subgroupSize;
    f.maxSubgroup = f.subgroupSizeControl ? q.subgroupRange.maxSubgroupSize : f.subgroupSize;
    f.maxInvocations = limits.maxComputeWorkGroupInvocations;
    f.maxSharedBytes = limits.maxComputeSharedMemorySize;
    f.maxPushBytes = limits.maxPushConstantsSize;
    f.maxStorageBuffers =
        std::min(limits.maxPerStageDescriptorStorageBuffers, limits.maxDescriptorSetStorageBuffers);
    f.maxBindingBytes = limits.maxStorageBufferRange;
    f.maxAllocationBytes = q.properties11.maxMemoryAllocationSize;
    f.offsetAlignment = uint32_t(std::max<VkDeviceSize>(limits.minStorageBufferOffsetAlignment, 4));
    std::copy_n(limits.maxComputeWorkGroupCount, 3, f.maxGroups);
    return f;
}

bool hasComputeQueue(VkPhysicalDevice device)
{
    uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
    return std::ranges::any_of(families, [](const auto &f) { return f.queueFlags & VK_QUEUE_COMPUTE_BIT; });
}

std::string cacheKeyOf(const VkPhysicalDeviceVulkan11Properties &ids, uint32_t driverVersion)
{
    char version[16];
    std::snprintf(version, sizeof version, "-%08x", driverVersion);
    return toHex(std::as_bytes(std::span(ids.deviceUUID))) + version;
}

} // namespace

bool hasExtension(std::span<const VkExtensionProperties> extensions, std::string_view name)
{
    return std::ranges::any_of(extensions, [&](const auto &e) { return name == e.extensionName; });
}

std::vector<VkExtensionProperties> deviceExtensions(VkPhysicalDevice device)
{
    uint32_t count = 0;
    if (vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr) != VK_SUCCESS)
        return {};
    std::vector<VkExtensionProperties> extensions(count);
    if (vkEnumerateDeviceExtensionProperties(device, nullptr, &count, extensions.data()) != VK_SUCCESS)
        return {};
    return extensions;
}

HeapBudget heapBudget(VkPhysicalDevice device, bool memoryBudget)
{
    VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT};
    VkPhysicalDeviceMemoryProperties2 memory{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
    if (memoryBudget)
        memory.pNext = &budget;
    vkGetPhysicalDeviceMemoryProperties2(device, &memory);
    uint32_t heap = 0;
    const uint64_t size = largestLocalHeap(memory.memoryProperties, &heap);
    if (!memoryBudget || budget.heapBudget[heap] == 0)
        return {size / 5 * 4, 0};
    return {std::min<uint64_t>(budget.heapBudget[heap], size), budget.heapUsage[heap]};
}

PhysicalFacts readPhysicalDevice(VkPhysicalDevice device, uint32_t instanceVersion)
{
    PhysicalFacts facts;
    VkPhysicalDeviceProperties basic;
    vkGetPhysicalDeviceProperties(device, &basic);
    if (basic.apiVersion < VK_API_VERSION_1_2 || !hasComputeQueue(device))
        return facts;
    const auto extensions = deviceExtensions(device);
    const bool core13 = std::min(basic.apiVersion, instanceVersion) >= VK_API_VERSION_1_3;
    Queried q;
    query(device, core13 || hasExtension(extensions, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME),
          core13 || hasExtension(extensions, VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME), q);
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(device, &memory);

    DeviceInfo &info = facts.info;
    info.name = basic.deviceName;
    info.kind = kindOf(basic.deviceType);
    info.driver = std::string(q.driver.driverName) + ", " + q.driver.driverInfo;
    info.cacheKey = cacheKeyOf(q.properties11, basic.driverVersion);
    info.features = featuresOf(q);
    info.features.memoryBudget = hasExtension(extensions, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    info.features.hostVisibleDeviceLocal = wholeMemoryIsHostVisible(memory);
    info.memoryBytes = largestLocalHeap(memory);
    const HeapBudget budget = heapBudget(device, info.features.memoryBudget);
    info.budgetBytes = budget.budget - std::min(budget.used, budget.budget);
    facts.usable = info.features.timelineSemaphore; // required by Vulkan 1.2
    return facts;
}

} // namespace lathe::gpu
