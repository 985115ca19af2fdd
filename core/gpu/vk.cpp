// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/vk.h"

namespace lathe::gpu {

std::string vkResultName(VkResult result)
{
    switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
        return "VK_ERROR_OUT_OF_HOST_MEMORY";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
        return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
    case VK_ERROR_INITIALIZATION_FAILED:
        return "VK_ERROR_INITIALIZATION_FAILED";
    case VK_ERROR_DEVICE_LOST:
        return "VK_ERROR_DEVICE_LOST";
    case VK_ERROR_MEMORY_MAP_FAILED:
        return "VK_ERROR_MEMORY_MAP_FAILED";
    case VK_ERROR_LAYER_NOT_PRESENT:
        return "VK_ERROR_LAYER_NOT_PRESENT";
    case VK_ERROR_EXTENSION_NOT_PRESENT:
        return "VK_ERROR_EXTENSION_NOT_PRESENT";
    case VK_ERROR_FEATURE_NOT_PRESENT:
        return "VK_ERROR_FEATURE_NOT_PRESENT";
    case VK_ERROR_INCOMPATIBLE_DRIVER:
        return "VK_ERROR_INCOMPATIBLE_DRIVER";
    case VK_ERROR_TOO_MANY_OBJECTS:
        return "VK_ERROR_TOO_MANY_OBJECTS";
    case VK_ERROR_OUT_OF_POOL_MEMORY:
        return "VK_ERROR_OUT_OF_POOL_MEMORY";
    case VK_ERROR_FRAGMENTED_POOL:
        return "VK_ERROR_FRAGMENTED_POOL";
    default:
        return "VkResult " + std::to_string(int(result));
    }
}

tl::unexpected<Error> vkFailure(VkResult result, std::string subject, std::string_view call)
{
    const bool memory = result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY ||
                        result == VK_ERROR_OUT_OF_POOL_MEMORY;
    // The macro passes the whole expression; the name of the function is what helps.
    call = call.substr(0, call.find('('));
    if (const size_t dot = call.find_last_of(".>"); dot != std::string_view::npos)
        call = call.substr(dot + 1);
    return fail(memory ? Errc::OutOfMemory : Errc::Device, std::move(subject),
                std::string(call) + " failed with " + vkResultName(result),
                memory ? "close other programs or take a smaller model or context"
                       : "update the graphics driver or take another device");
}

} // namespace lathe::gpu
