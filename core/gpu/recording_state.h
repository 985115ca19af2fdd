// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gpu/device_state.h"
#include "core/gpu/hazards.h"
#include "core/gpu/recorder.h"

#include <map>
#include <mutex>

namespace lathe::gpu {

/// One command as Recorder collected it, checked, with its bytes resolved to blocks.
struct Command {
    enum class Kind { Dispatch, Copy, Fill };
    Kind kind = Kind::Dispatch;
    const Kernel::State *kernel = nullptr;
    std::vector<ResolvedView> views; ///< bindings; {from, to}; {target}. An empty buffer: an unused binding
    std::vector<std::byte> push;
    std::array<uint32_t, 3> base{0, 0, 0};
    std::array<uint32_t, 3> groups{1, 1, 1};
    ResolvedView indirect;
    uint32_t word = 0;
    uint64_t flops = 0;
    std::string label;
    std::vector<RangeUse> uses;
};

struct Segment {
    VkCommandBuffer commands = VK_NULL_HANDLE;
    uint64_t flops = 0;
    std::string firstLabel;
    std::string lastLabel;
};

struct Recorder::State {
    std::shared_ptr<Device::State> device;
    std::vector<Command> commands;
    std::vector<Buffer> buffers;
    uint32_t dispatches = 0;
};

struct Recording::State {
    std::shared_ptr<Device::State> device;
    std::vector<Buffer> buffers;
    VkDescriptorPool descriptors = VK_NULL_HANDLE;
    VkCommandPool pool = VK_NULL_HANDLE;
    std::vector<Segment> segments;
    uint32_t dispatches = 0;
    uint32_t barriers = 0;
    std::mutex mutex; ///< held while it runs

    State() = default;
    State(const State &) = delete;
    State &operator=(const State &) = delete;
    ~State();
};

/// Cuts the commands into segments and records them.
Result<std::shared_ptr<Recording::State>> record(Recorder::State &&collected);

/// Everything before is done and visible to everything after, on the device.
void recordBarrier(const Device::State &device, VkCommandBuffer commands);
/// What the device wrote becomes visible to the host that waits for the end.
void recordHostBarrier(const Device::State &device, VkCommandBuffer commands);

} // namespace lathe::gpu
