// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/device_state.h"

#include <algorithm>

namespace lathe::gpu {
namespace {

/// A family with compute and without graphics does not wait for the desktop's drawing.
uint32_t chooseQueueFamily(VkPhysicalDevice physical)
{
    uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    const auto rank = [](const VkQueueFamilyProperties &family) {
        if (!(family.queueFlags & VK_QUEUE_COMPUTE_BIT))
            return 2;
        return family.queueFlags & VK_QUEUE_GRAPHICS_BIT ? 1 : 0;
    };
    return uint32_t(std::ranges::min_element(families, {}, rank) - families.begin());
}

Features restricted(Features features, const Device::Options &options)
{
    if (!options.fp16)
        features.fp16 = features.storage16 = false;
    if (!options.integerDot)
        features.integerDot = false;
    if (!options.subgroups)
        features.subgroupArithmetic = features.subgroupShuffle = features.subgroupSizeControl = false;
    if (options.maxBindingBytes > 0)
        features.maxBindingBytes = std::min(features.maxBindingBytes, options.maxBindingBytes);
    if (!options.hostVisible)
        features.hostVisibleDeviceLocal = false;
    return features;
}

std::vector<const char *> wantedExtensions(const Device::State &device, bool core13)
{
    const auto known = deviceExtensions(device.physical);
    std::vector<const char *> names;
    const auto take = [&](const char *name, bool wanted) {
        if (wanted && hasExtension(known, name))
            names.push_back(name);
    };
    take("VK_KHR_portability_subset", true); // must be enabled where it is listed
    take(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME, true);
    take(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME, !core13 && device.features.subgroupSizeControl);
    take(VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME, !core13 && device.features.integerDot);
    return names;
}

/// Enables what `features` says and nothing else, so that validation sees a kernel of a tier that is off.
Result<> createHandle(Device::State &device)
{
    VkPhysicalDeviceProperties properties;
    vkGetPhysicalDeviceProperties(device.physical, &properties);
    const uint32_t version = std::min(properties.apiVersion, device.instance->state().apiVersion);
    const auto extensions = wantedExtensions(device, version >= VK_API_VERSION_1_3);

    const Features &f = device.features;
    VkPhysicalDeviceShaderIntegerDotProductFeatures dot{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES};
    dot.shaderIntegerDotProduct = f.integerDot;
    VkPhysicalDeviceSubgroupSizeControlFeatures subgroup{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES};
    subgroup.subgroupSizeControl = f.subgroupSizeControl;
    VkPhysicalDeviceVulkan11Features features11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES};
    features11.storageBuffer16BitAccess = f.storage16;
    VkPhysicalDeviceVulkan12Features features12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    features12.shaderFloat16 = f.fp16;
    features12.shaderInt8 = f.int8;
    features12.timelineSemaphore = VK_TRUE;
    VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2};
    features.pNext = &features11;
    features11.pNext = &features12;
    void **tail = &features12.pNext;
    if (f.subgroupSizeControl) {
        *tail = &subgroup;
        tail = &subgroup.pNext;
    }
    if (f.integerDot)
        *tail = &dot;

    const float priority = 1.0f;
    VkDeviceQueueCreateInfo queue{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
    queue.queueFamilyIndex = device.queueFamily;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    VkDeviceCreateInfo create{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
    create.pNext = &features;
    create.queueCreateInfoCount = 1;
    create.pQueueCreateInfos = &queue;
    create.enabledExtensionCount = uint32_t(extensions.size());
    create.ppEnabledExtensionNames = extensions.data();
    LATHE_VK(vkCreateDevice(device.physical, &create, nullptr, &device.handle), device.info.name);
    volkLoadDeviceTable(&device.vk, device.handle);
    device.vk.vkGetDeviceQueue(device.handle, device.queueFamily, 0, &device.queue);
    return {};
}

Result<> createTimeline(Device::State &device)
{
    VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
    type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
    VkSemaphoreCreateInfo create{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO};
    create.pNext = &type;
    LATHE_VK(device.vk.vkCreateSemaphore(device.handle, &create, nullptr, &device.timeline),
             device.info.name);
    return {};
}

void createAllocator(Device::State &device)
{
    const bool unified = device.info.kind == DeviceKind::Integrated || device.isSoftware();
    Allocator::Limits limits;
    limits.maxBlockBytes = device.options.maxBlockBytes;
    limits.budgetBytes = device.options.budgetBytes;
    limits.memoryBudget = device.features.memoryBudget;
    limits.preferHostVisible = unified || device.features.hostVisibleDeviceLocal;
    limits.maxAllocationBytes = device.features.maxAllocationBytes;
    device.allocator =
        std::make_unique<Allocator>(device.physical, device.handle, device.vk, device.info.name, limits);
}

} // namespace

Device::State::~State()
{
    if (!handle)
        return;
    vk.vkDeviceWaitIdle(handle);
    kernels.clear();
    for (const PipelineLayout &layout : layouts) {
        vk.vkDestroyPipelineLayout(handle, layout.pipeline, nullptr);
        vk.vkDestroyDescriptorSetLayout(handle, layout.set, nullptr);
    }
    vk.vkDestroyPipelineCache(handle, pipelineCache, nullptr);
    vk.vkDestroySemaphore(handle, timeline, nullptr);
    vk.vkDestroyCommandPool(handle, ring.pool, nullptr);
    allocator.reset();
    vk.vkDestroyDevice(handle, nullptr);
}

Result<std::shared_ptr<Device>> Device::open(std::shared_ptr<Instance> instance, uint32_t index,
                                             Options options, Log *log)
{
    if (index >= instance->devices().size())
        return fail(Errc::NotFound, "vulkan:" + std::to_string(index), "there is no such device",
                    "see `lathe devices` for those that are there");
    auto state = std::make_shared<State>();
    state->info = instance->devices()[index];
    state->physical = instance->state().physical[index];
    state->instance = std::move(instance);
    state->features = restricted(state->info.features, options);
    state->options = std::move(options);
    state->log = log;
    state->queueFamily = chooseQueueFamily(state->physical);
    LATHE_TRY(createHandle(*state));
    LATHE_TRY(createTimeline(*state));
    createAllocator(*state);
    LATHE_TRY(loadPipelineCache(*state));
    return std::make_shared<Device>(std::move(state));
}

Device::Device(std::shared_ptr<State> state) : m_state(std::move(state)) {}

Device::~Device()
{
    if (const auto saved = savePipelineCache(); !saved)
        m_state->note(LogLevel::Warning, saved.error().message());
    // The ring's buffer holds the state that holds the ring.
    const std::lock_guard lock(m_state->queueMutex);
    m_state->ring.buffer = {};
}

const DeviceInfo &Device::info() const
{
    return m_state->info;
}

const Features &Device::features() const
{
    return m_state->features;
}

DeviceClass Device::deviceClass() const
{
    return m_state->isSoftware() && !m_state->options.asGpu ? DeviceClass::Software : DeviceClass::Gpu;
}

Result<Buffer> Device::allocate(Pool pool, uint64_t bytes, std::string_view label)
{
    auto state = std::make_shared<Buffer::State>();
    LATHE_ASSIGN(state->range, m_state->allocator->allocate(pool, bytes, label));
    state->device = m_state;
    state->bytes = bytes;
    state->label = label;
    return Buffer(std::move(state));
}

MemoryStats Device::memory() const
{
    return m_state->allocator->stats();
}

void Device::resetPeak()
{
    m_state->allocator->resetPeak();
}

Result<const Kernel *> Device::kernel(const KernelSpec &spec)
{
    return findOrCompile(*m_state, spec);
}

std::byte *Device::hostPointer(const BufferView &view) const
{
    return hostPointerOf(*m_state, view);
}

Result<> Device::savePipelineCache()
{
    return writePipelineCache(*m_state);
}

Device::Counters Device::counters() const
{
    return {m_state->dispatchesRecorded, m_state->barriersRecorded, m_state->kernelsCompiled,
            m_state->segmentsSubmitted};
}

} // namespace lathe::gpu
