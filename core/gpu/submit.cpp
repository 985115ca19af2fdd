// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/recording_state.h"

#include <algorithm>
#include <chrono>

namespace lathe::gpu {
namespace {

constexpr double kSegmentSeconds = 0.075; ///< watchdogs kill at 2 s; Stop must work within 100 ms
constexpr double kSmallestCap = 0.25e9;
constexpr double kLargestCap = 200e9;

/// Before the first measurement: careful where nothing is known.
double assumedRate(const Device::State &device)
{
    if (device.isSoftware())
        return 10e9;
    return device.info.kind == DeviceKind::Discrete ? 160e9 : 15e9;
}

/// The host's clock around the wait: on a device shared with others it is longer than the work, which is the
/// safe side.
void learnRate(Device::State &device, uint64_t flops, double seconds)
{
    constexpr uint64_t kTooSmall = 20'000'000; // the submission itself would be measured
    constexpr double kWeight = 0.3; // one slow first run (pipelines are compiled in it) does not decide
    if (flops < kTooSmall || seconds <= 0)
        return;
    const double before = device.flopsPerSecond > 0 ? device.flopsPerSecond.load() : assumedRate(device);
    device.flopsPerSecond = before + kWeight * (double(flops) / seconds - before);
}

tl::unexpected<Error> lose(Device::State &device, std::string_view what)
{
    device.lostBecause = "the device was lost while it ran " + std::string(what);
    device.note(LogLevel::Error, device.info.name + ": " + device.lostBecause);
    return fail(Errc::Device, device.info.name, device.lostBecause,
                "open the device again, or take another one");
}

std::string describe(const Segment &segment)
{
    if (segment.firstLabel == segment.lastLabel)
        return "\"" + segment.firstLabel + "\"";
    return "\"" + segment.firstLabel + "\" to \"" + segment.lastLabel + "\"";
}

Result<> runSegment(Device::State &device, const Segment &segment)
{
    const std::string what = describe(segment);
    const std::lock_guard lock(device.queueMutex);
    const auto begin = std::chrono::steady_clock::now();
    LATHE_ASSIGN(const uint64_t value, submitCommands(device, segment.commands, what));
    LATHE_TRY(waitForTimeline(device, value, what));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    learnRate(device, segment.flops, took.count());
    return {};
}

} // namespace

Result<> checkNotLost(const Device::State &device)
{
    if (device.lostBecause.empty())
        return {};
    return fail(Errc::Device, device.info.name, device.lostBecause,
                "open the device again, or take another one");
}

uint64_t segmentFlops(const Device::State &device)
{
    const double rate = device.flopsPerSecond > 0 ? device.flopsPerSecond.load() : assumedRate(device);
    return uint64_t(std::clamp(rate * kSegmentSeconds, kSmallestCap, kLargestCap));
}

Result<uint64_t> submitCommands(Device::State &device, VkCommandBuffer commands, std::string_view what)
{
    LATHE_TRY(checkNotLost(device));
    if (int64_t(device.segmentsSubmitted++) == device.options.loseAtSegment)
        return lose(device, what);
    const uint64_t value = device.timelineValue + 1;
    VkTimelineSemaphoreSubmitInfo timeline{VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO};
    timeline.signalSemaphoreValueCount = 1;
    timeline.pSignalSemaphoreValues = &value;
    VkSubmitInfo submit{VK_STRUCTURE_TYPE_SUBMIT_INFO};
    submit.pNext = &timeline;
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &commands;
    submit.signalSemaphoreCount = 1;
    submit.pSignalSemaphores = &device.timeline;
    const VkResult result = device.vk.vkQueueSubmit(device.queue, 1, &submit, VK_NULL_HANDLE);
    if (result == VK_ERROR_DEVICE_LOST)
        return lose(device, what);
    if (result != VK_SUCCESS)
        return vkFailure(result, device.info.name, "vkQueueSubmit");
    device.timelineValue = value;
    return value;
}

Result<> waitForTimeline(Device::State &device, uint64_t value, std::string_view what)
{
    VkSemaphoreWaitInfo wait{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
    wait.semaphoreCount = 1;
    wait.pSemaphores = &device.timeline;
    wait.pValues = &value;
    const VkResult result = device.vk.vkWaitSemaphores(device.handle, &wait, UINT64_MAX);
    if (result == VK_ERROR_DEVICE_LOST)
        return lose(device, what);
    if (result != VK_SUCCESS)
        return vkFailure(result, device.info.name, "vkWaitSemaphores");
    return {};
}

Result<> Device::submit(const Recording &recording, const TaskContext *task)
{
    Recording::State *state = recording.state();
    if (!state)
        return fail(Errc::BadInput, "recording", "is empty");
    if (state->device != m_state)
        return fail(Errc::BadInput, "recording", "was made for another device");
    const std::lock_guard lock(state->mutex);
    for (const Segment &segment : state->segments) {
        if (task)
            LATHE_TRY(task->checkCancelled());
        LATHE_TRY(runSegment(*m_state, segment));
    }
    return {};
}

} // namespace lathe::gpu
