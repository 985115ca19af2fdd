// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gpu/allocator.h"
#include "core/gpu/device.h"
#include "core/gpu/instance_state.h"
#include "core/gpu/spirv.h"

#include <array>
#include <atomic>
#include <map>
#include <mutex>

namespace lathe::gpu {

/// Storage buffers of one kernel: the most that every device offers.
inline constexpr uint32_t kMaxBindings = 12;
/// Push constants: the least that every device offers.
inline constexpr uint32_t kMaxPushBytes = 128;

/// All pipelines whose kernels have the same number of bindings share one layout.
struct PipelineLayout {
    VkDescriptorSetLayout set = VK_NULL_HANDLE;
    VkPipelineLayout pipeline = VK_NULL_HANDLE;
};

struct Kernel::State {
    const Device::State *device = nullptr;
    std::string name;
    Reflection reflection;
    PipelineLayout layout;
    VkPipeline pipeline = VK_NULL_HANDLE;

    State() = default;
    State(const State &) = delete;
    State &operator=(const State &) = delete;
    ~State();
};

struct Buffer::State {
    std::shared_ptr<Device::State> device;
    Allocator::Range range;
    uint64_t bytes = 0;
    std::string label;

    State() = default;
    State(const State &) = delete;
    State &operator=(const State &) = delete;
    ~State();
};

/// Two halves of a host-visible buffer through which transfers go when the host cannot write the target.
struct StagingRing {
    Buffer buffer;
    VkCommandPool pool = VK_NULL_HANDLE;
    std::array<VkCommandBuffer, 2> commands{};
    std::array<uint64_t, 2> done{}; ///< timeline value after which the half is free
};

struct Device::State {
    std::shared_ptr<Instance> instance;
    Options options;
    DeviceInfo info;
    Features features;
    Log *log = nullptr;

    VkPhysicalDevice physical = VK_NULL_HANDLE;
    VkDevice handle = VK_NULL_HANDLE;
    VolkDeviceTable vk{};
    uint32_t queueFamily = 0;
    std::unique_ptr<Allocator> allocator;

    std::mutex kernelMutex; ///< the four below
    std::map<std::string, std::unique_ptr<Kernel>> kernels;
    std::array<PipelineLayout, kMaxBindings + 1> layouts;
    VkPipelineCache pipelineCache = VK_NULL_HANDLE;
    bool pipelineCacheDirty = false;

    std::mutex queueMutex; ///< the five below
    VkQueue queue = VK_NULL_HANDLE;
    VkSemaphore timeline = VK_NULL_HANDLE;
    uint64_t timelineValue = 0;
    StagingRing ring;
    std::string lostBecause; ///< empty while the device works

    std::atomic<double> flopsPerSecond = 0; ///< measured on segments; 0 before the first
    std::atomic<uint64_t> dispatchesRecorded = 0;
    std::atomic<uint64_t> barriersRecorded = 0;
    std::atomic<uint64_t> kernelsCompiled = 0;
    std::atomic<uint64_t> segmentsSubmitted = 0;

    State() = default;
    State(const State &) = delete;
    State &operator=(const State &) = delete;
    ~State();

    bool isSoftware() const { return info.kind == DeviceKind::Software; }
    void note(LogLevel level, std::string text) const
    {
        if (log)
            log->write(level, std::move(text));
    }
};

/// The block, the bytes in it, and the checks that the view lies in its buffer and the buffer on this device.
struct ResolvedView {
    VkBuffer buffer = VK_NULL_HANDLE;
    uint64_t offset = 0; ///< in the block
    uint64_t bytes = 0;
    const MemoryBlock *block = nullptr;
};
Result<ResolvedView> resolve(const Device::State &device, const BufferView &view);
/// Null unless the host may write and read there.
std::byte *hostPointerOf(const Device::State &device, const BufferView &view);

/// The error of a lost device. The queue mutex is held.
Result<> checkNotLost(const Device::State &device);
/// Submits and returns the timeline value that will tell the end. The queue mutex is held.
Result<uint64_t> submitCommands(Device::State &device, VkCommandBuffer commands, std::string_view what);
/// Blocks until the timeline has `value`.
Result<> waitForTimeline(Device::State &device, uint64_t value, std::string_view what);

/// The pipeline cache object, filled from the device's file where there is a whole one.
Result<> loadPipelineCache(Device::State &device);
Result<> writePipelineCache(Device::State &device);

Result<const Kernel *> findOrCompile(Device::State &device, const KernelSpec &spec);

/// FLOPs that one segment may have, about 75 ms of this device.
uint64_t segmentFlops(const Device::State &device);

/// Whether `module` is what Options::breakKernel names: itself, or all variants of its source.
bool isBroken(const Device::Options &options, std::string_view module);

} // namespace lathe::gpu
