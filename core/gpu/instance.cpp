// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/instance_state.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string_view>

namespace lathe::gpu {
namespace {

constexpr const char *kValidationLayer = "VK_LAYER_KHRONOS_validation";
constexpr const char *kNoDriver =
    "install a Vulkan driver (mesa-vulkan-drivers has one for every CPU) or use the device cpu";

/// volk writes global function pointers; one thread at a time.
std::mutex &loaderMutex()
{
    static std::mutex mutex;
    return mutex;
}

bool loadLoader()
{
    static const bool loaded = volkInitialize() == VK_SUCCESS && vkCreateInstance != nullptr;
    return loaded;
}

VKAPI_ATTR VkBool32 VKAPI_CALL onLayerMessage(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                              VkDebugUtilsMessageTypeFlagsEXT,
                                              const VkDebugUtilsMessengerCallbackDataEXT *data, void *user)
{
    const auto *state = static_cast<const Instance::State *>(user);
    if (state->options.onMessage)
        state->options.onMessage(data->pMessage ? data->pMessage : "(no text)");
    return VK_FALSE;
}

bool hasLayer(std::string_view name)
{
    uint32_t count = 0;
    if (vkEnumerateInstanceLayerProperties(&count, nullptr) != VK_SUCCESS)
        return false;
    std::vector<VkLayerProperties> layers(count);
    if (vkEnumerateInstanceLayerProperties(&count, layers.data()) != VK_SUCCESS)
        return false;
    return std::ranges::any_of(layers, [&](const auto &layer) { return name == layer.layerName; });
}

std::vector<VkExtensionProperties> instanceExtensions()
{
    uint32_t count = 0;
    if (vkEnumerateInstanceExtensionProperties(nullptr, &count, nullptr) != VK_SUCCESS)
        return {};
    std::vector<VkExtensionProperties> extensions(count);
    if (vkEnumerateInstanceExtensionProperties(nullptr, &count, extensions.data()) != VK_SUCCESS)
        return {};
    return extensions;
}

std::vector<VkValidationFeatureEnableEXT> validationFeatures(const Instance::Options &options)
{
    std::vector<VkValidationFeatureEnableEXT> features;
    if (options.synchronizationValidation)
        features.push_back(VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT);
    if (options.gpuAssisted)
        features.insert(features.end(), {VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_EXT,
                                         VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_RESERVE_BINDING_SLOT_EXT});
    return features;
}

Result<> createHandle(Instance::State &state)
{
    VkApplicationInfo application{VK_STRUCTURE_TYPE_APPLICATION_INFO};
    application.pApplicationName = "lathe";
    application.apiVersion = state.apiVersion;

    const auto known = instanceExtensions();
    std::vector<const char *> extensions;
    VkInstanceCreateInfo create{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
    if (hasExtension(known, VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME)) {
        extensions.push_back(VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME);
        create.flags |= VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR;
    }
    const auto enables = validationFeatures(state.options);
    VkValidationFeaturesEXT features{VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT};
    if (state.options.validation) {
        if (!hasLayer(kValidationLayer))
            return fail(Errc::NotFound, "Vulkan", "the validation layer is not installed",
                        "install vulkan-validationlayers");
        extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
        create.enabledLayerCount = 1;
        create.ppEnabledLayerNames = &kValidationLayer;
        features.enabledValidationFeatureCount = uint32_t(enables.size());
        features.pEnabledValidationFeatures = enables.data();
        create.pNext = &features;
    }
    create.pApplicationInfo = &application;
    create.enabledExtensionCount = uint32_t(extensions.size());
    create.ppEnabledExtensionNames = extensions.data();
    const VkResult result = vkCreateInstance(&create, nullptr, &state.handle);
    if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
        return fail(Errc::NotFound, "Vulkan", "no driver is installed", kNoDriver);
    if (result != VK_SUCCESS)
        return vkFailure(result, "Vulkan", "vkCreateInstance");
    volkLoadInstanceOnly(state.handle);
    return {};
}

Result<> createMessenger(Instance::State &state)
{
    const auto load = [&](const char *name) { return vkGetInstanceProcAddr(state.handle, name); };
    const auto create =
        reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(load("vkCreateDebugUtilsMessengerEXT"));
    state.destroyMessenger =
        reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(load("vkDestroyDebugUtilsMessengerEXT"));
    state.setObjectName =
        reinterpret_cast<PFN_vkSetDebugUtilsObjectNameEXT>(load("vkSetDebugUtilsObjectNameEXT"));
    if (!create || !state.destroyMessenger)
        return fail(Errc::Unsupported, "Vulkan", "unsupported: validation without VK_EXT_debug_utils",
                    "update the Vulkan loader");
    VkDebugUtilsMessengerCreateInfoEXT info{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
    info.messageSeverity =
        VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
    info.pfnUserCallback = onLayerMessage;
    info.pUserData = &state;
    LATHE_VK(create(state.handle, &info, nullptr, &state.messenger), "Vulkan");
    return {};
}

Result<> listDevices(Instance::State &state)
{
    uint32_t count = 0;
    LATHE_VK(vkEnumeratePhysicalDevices(state.handle, &count, nullptr), "Vulkan");
    std::vector<VkPhysicalDevice> all(count);
    LATHE_VK(vkEnumeratePhysicalDevices(state.handle, &count, all.data()), "Vulkan");
    for (VkPhysicalDevice device : all) {
        PhysicalFacts facts = readPhysicalDevice(device, state.apiVersion);
        if (!facts.usable)
            continue;
        facts.info.index = uint32_t(state.devices.size());
        state.physical.push_back(device);
        state.devices.push_back(std::move(facts.info));
    }
    if (state.devices.empty())
        return fail(Errc::NotFound, "Vulkan", "no device has Vulkan 1.2 and a compute queue", kNoDriver);
    return {};
}

} // namespace

std::string_view deviceKindName(DeviceKind kind)
{
    constexpr std::string_view kNames[] = {"discrete", "integrated", "virtual", "software", "other"};
    return kNames[size_t(kind)];
}

Instance::State::~State()
{
    if (messenger)
        destroyMessenger(handle, messenger, nullptr);
    if (handle)
        vkDestroyInstance(handle, nullptr);
}

Result<std::shared_ptr<Instance>> Instance::create(Options options)
{
    const std::lock_guard lock(loaderMutex());
    if (!loadLoader())
        return fail(Errc::NotFound, "Vulkan", "the Vulkan loader is not installed",
                    "install libvulkan1, or use the device cpu");
    auto state = std::make_shared<State>();
    state->options = std::move(options);
    const uint32_t loader = volkGetInstanceVersion();
    if (loader < VK_API_VERSION_1_2)
        return fail(Errc::NotFound, "Vulkan", "the Vulkan loader is older than 1.2", "update libvulkan1");
    state->apiVersion = std::min<uint32_t>(loader, VK_API_VERSION_1_3);
    LATHE_TRY(createHandle(*state));
    if (state->options.validation)
        LATHE_TRY(createMessenger(*state));
    LATHE_TRY(listDevices(*state));
    auto instance = std::make_shared<Instance>();
    instance->m_state = std::move(state);
    return instance;
}

std::span<const DeviceInfo> Instance::devices() const
{
    return m_state->devices;
}

std::vector<uint32_t> Instance::preferredOrder() const
{
    const auto rank = [](DeviceKind kind) {
        constexpr int kRanks[] = {0, 1, 2, 4, 3}; // by DeviceKind: software stands behind unknown hardware
        return kRanks[size_t(kind)];
    };
    std::vector<uint32_t> order(m_state->devices.size());
    for (uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, {}, [&](uint32_t i) { return rank(m_state->devices[i].kind); });
    return order;
}

} // namespace lathe::gpu
