// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <volk.h>

/// Inside core/gpu only: Vulkan's types, and its results as Errors.
namespace lathe::gpu {

/// "VK_ERROR_DEVICE_LOST", or the number.
std::string vkResultName(VkResult result);

/// The Error of a call that did not give VK_SUCCESS: memory results become OutOfMemory, all others Device.
tl::unexpected<Error> vkFailure(VkResult result, std::string subject, std::string_view call);

} // namespace lathe::gpu

/// LATHE_VK(vkCreateX(…), deviceName): returns the error of a failed call from the enclosing function.
#define LATHE_VK(call, subject)                                                                              \
    do {                                                                                                     \
        if (const VkResult lathe_vk_ = (call); lathe_vk_ != VK_SUCCESS)                                      \
            return ::lathe::gpu::vkFailure(lathe_vk_, subject, #call);                                       \
    } while (false)
