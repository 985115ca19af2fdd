// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "core/gpu/device_state.h"

#include <cstring>

namespace lathe::gpu {
namespace {

constexpr size_t kMaxCacheBytes = size_t(256) << 20;

std::filesystem::path cachePath(const Device::State &device)
{
    return device.options.cacheFolder / (device.info.cacheKey + ".pipelines");
}

/// The driver's data behind a SHA-256 of it: drivers are known to trust what they are given.
std::string readWhole(const Device::State &device)
{
    std::error_code ignored;
    if (!std::filesystem::exists(cachePath(device), ignored))
        return {};
    auto text = readText(cachePath(device), kMaxCacheBytes);
    if (text && text->size() >= sizeof(Sha256)) {
        const std::string data = text->substr(sizeof(Sha256));
        const auto sum = sha256(std::as_bytes(std::span(data)));
        if (sum && std::memcmp(sum->data(), text->data(), sizeof(Sha256)) == 0)
            return data;
    }
    device.note(LogLevel::Warning, cachePath(device).string() + ": not a whole pipeline cache, made anew");
    return {};
}

} // namespace

Result<> loadPipelineCache(Device::State &device)
{
    const std::string data = device.options.cacheFolder.empty() ? std::string() : readWhole(device);
    VkPipelineCacheCreateInfo create{VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
    create.initialDataSize = data.size();
    create.pInitialData = data.data();
    LATHE_VK(device.vk.vkCreatePipelineCache(device.handle, &create, nullptr, &device.pipelineCache),
             device.info.name);
    return {};
}

Result<> writePipelineCache(Device::State &device)
{
    const std::lock_guard lock(device.kernelMutex);
    if (device.options.cacheFolder.empty() || !device.pipelineCacheDirty)
        return {};
    size_t size = 0;
    LATHE_VK(device.vk.vkGetPipelineCacheData(device.handle, device.pipelineCache, &size, nullptr),
             device.info.name);
    std::string data(size, '\0');
    LATHE_VK(device.vk.vkGetPipelineCacheData(device.handle, device.pipelineCache, &size, data.data()),
             device.info.name);
    data.resize(size);
    LATHE_ASSIGN(const Sha256 sum, sha256(std::as_bytes(std::span(data))));
    std::error_code error;
    std::filesystem::create_directories(device.options.cacheFolder, error);
    if (error)
        return fail(Errc::Io, device.options.cacheFolder.string(), error.message(),
                    "choose another cache folder");
    const std::string file = std::string(reinterpret_cast<const char *>(sum.data()), sum.size()) + data;
    LATHE_TRY(writeAtomically(cachePath(device), file, true));
    device.pipelineCacheDirty = false;
    return {};
}

} // namespace lathe::gpu
