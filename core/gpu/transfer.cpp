// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/recording_state.h"

#include <algorithm>
#include <cstring>

namespace lathe::gpu {
namespace {

constexpr uint64_t kRingBytes = uint64_t(32) << 20;
constexpr uint64_t kSmallestRing = uint64_t(64) << 10;

Result<> createRing(Device &device, StagingRing &ring)
{
    Device::State &state = *device.state();
    if (!ring.pool) {
        VkCommandPoolCreateInfo create{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
        create.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
        create.queueFamilyIndex = state.queueFamily;
        LATHE_VK(state.vk.vkCreateCommandPool(state.handle, &create, nullptr, &ring.pool), state.info.name);
        VkCommandBufferAllocateInfo allocate{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
        allocate.commandPool = ring.pool;
        allocate.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
        allocate.commandBufferCount = uint32_t(ring.commands.size());
        LATHE_VK(state.vk.vkAllocateCommandBuffers(state.handle, &allocate, ring.commands.data()),
                 state.info.name);
    }
    uint64_t bytes = kRingBytes;
    auto buffer = device.allocate(Pool::Readback, bytes, "transfers");
    while (!buffer && buffer.error().code == Errc::OutOfMemory && bytes > kSmallestRing) {
        bytes /= 2;
        buffer = device.allocate(Pool::Readback, bytes, "transfers");
    }
    LATHE_ASSIGN(ring.buffer, std::move(buffer));
    return {};
}

/// Moves one range in chunks; while the device copies one half of the ring the host works on the other.
class RingTransfer
{
public:
    RingTransfer(Device::State &device, const ResolvedView &target) : m_device(device), m_target(target) {}

    Result<> upload(std::span<const std::byte> bytes);
    Result<> download(std::span<std::byte> bytes);

private:
    struct Chunk {
        uint64_t offset = 0;
        uint64_t bytes = 0;
    };
    uint64_t halfBytes() const { return m_device.ring.buffer.bytes() / 2; }
    BufferView half(size_t slot, uint64_t bytes) const
    {
        return m_device.ring.buffer.view(slot * halfBytes(), bytes);
    }
    std::byte *host(size_t slot) const { return hostPointerOf(m_device, half(slot, halfBytes())); }
    Result<> copyHalf(size_t slot, Chunk chunk, bool toDevice);
    Result<> waitFor(size_t slot) { return waitForTimeline(m_device, m_device.ring.done[slot], kWhat); }

    static constexpr std::string_view kWhat = "\"transfer\"";
    Device::State &m_device;
    ResolvedView m_target;
};

Result<> RingTransfer::copyHalf(size_t slot, Chunk chunk, bool toDevice)
{
    const VkCommandBuffer commands = m_device.ring.commands[slot];
    LATHE_ASSIGN(const ResolvedView staging, resolve(m_device, half(slot, chunk.bytes)));
    VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    LATHE_VK(m_device.vk.vkBeginCommandBuffer(commands, &begin), m_device.info.name);
    recordBarrier(m_device, commands);
    const uint64_t at = m_target.offset + chunk.offset;
    const VkBufferCopy region = toDevice ? VkBufferCopy{staging.offset, at, chunk.bytes}
                                         : VkBufferCopy{at, staging.offset, chunk.bytes};
    m_device.vk.vkCmdCopyBuffer(commands, toDevice ? staging.buffer : m_target.buffer,
                                toDevice ? m_target.buffer : staging.buffer, 1, &region);
    recordHostBarrier(m_device, commands);
    LATHE_VK(m_device.vk.vkEndCommandBuffer(commands), m_device.info.name);
    LATHE_ASSIGN(m_device.ring.done[slot], submitCommands(m_device, commands, kWhat));
    return {};
}

Result<> RingTransfer::upload(std::span<const std::byte> bytes)
{
    size_t slot = 0;
    for (uint64_t at = 0; at < bytes.size(); at += halfBytes(), slot ^= 1) {
        const Chunk chunk{at, std::min<uint64_t>(halfBytes(), bytes.size() - at)};
        LATHE_TRY(waitFor(slot));
        std::memcpy(host(slot), bytes.data() + at, chunk.bytes);
        LATHE_TRY(copyHalf(slot, chunk, true));
    }
    return waitFor(slot ^ 1);
}

Result<> RingTransfer::download(std::span<std::byte> bytes)
{
    std::array<Chunk, 2> pending{};
    const auto retire = [&](size_t slot) -> Result<> {
        LATHE_TRY(waitFor(slot));
        const Chunk chunk = std::exchange(pending[slot], Chunk{});
        if (chunk.bytes > 0)
            std::memcpy(bytes.data() + chunk.offset, host(slot), chunk.bytes);
        return {};
    };
    size_t slot = 0;
    for (uint64_t at = 0; at < bytes.size(); at += halfBytes(), slot ^= 1) {
        LATHE_TRY(retire(slot));
        pending[slot] = {at, std::min<uint64_t>(halfBytes(), bytes.size() - at)};
        LATHE_TRY(copyHalf(slot, pending[slot], false));
    }
    LATHE_TRY(retire(slot));
    return retire(slot ^ 1);
}

Result<> checkSize(const BufferView &view, size_t bytes)
{
    if (view.bytes == bytes)
        return {};
    return fail(Errc::BadInput, std::string(view.buffer.label()),
                "a transfer of " + std::to_string(bytes) + " bytes for a range of " +
                    std::to_string(view.bytes));
}

} // namespace

uint64_t Device::transferBytes() const
{
    const std::lock_guard lock(m_state->queueMutex);
    if (m_state->ring.buffer)
        return m_state->ring.buffer.bytes();
    const bool shared = m_state->info.kind == DeviceKind::Integrated || m_state->isSoftware();
    return shared ? 0 : kRingBytes;
}

Result<> Device::upload(const BufferView &to, std::span<const std::byte> bytes)
{
    LATHE_TRY(checkSize(to, bytes.size()));
    LATHE_ASSIGN(const ResolvedView target, resolve(*m_state, to));
    const std::lock_guard lock(m_state->queueMutex);
    LATHE_TRY(checkNotLost(*m_state));
    if (std::byte *host = hostPointer(to)) {
        std::memcpy(host, bytes.data(), bytes.size());
        return {};
    }
    if (!m_state->ring.buffer)
        LATHE_TRY(createRing(*this, m_state->ring));
    return RingTransfer(*m_state, target).upload(bytes);
}

Result<> Device::download(const BufferView &from, std::span<std::byte> bytes)
{
    LATHE_TRY(checkSize(from, bytes.size()));
    LATHE_ASSIGN(const ResolvedView source, resolve(*m_state, from));
    const std::lock_guard lock(m_state->queueMutex);
    LATHE_TRY(checkNotLost(*m_state));
    // Reading memory that the host does not cache is slower than a copy on the device.
    const bool cached = source.block->flags & VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    std::byte *host = hostPointer(from);
    if (host && (cached || from.buffer.pool() == Pool::Readback || from.buffer.pool() == Pool::Staging)) {
        std::memcpy(bytes.data(), host, bytes.size());
        return {};
    }
    if (!m_state->ring.buffer)
        LATHE_TRY(createRing(*this, m_state->ring));
    return RingTransfer(*m_state, source).download(bytes);
}

} // namespace lathe::gpu
