// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gpu/instance_state.h"
#include "core/gpu/memory.h"

#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace lathe::gpu {

/// The free parts of one block. Best fit; neighbours are joined again.
class FreeRanges
{
public:
    explicit FreeRanges(uint64_t bytes) : m_bytes(bytes), m_free{{0, bytes}} {}

    /// The offset of a range of `bytes`, a multiple of kBufferAlignment; nothing when none is large enough.
    std::optional<uint64_t> take(uint64_t bytes);
    void giveBack(uint64_t offset, uint64_t bytes);
    bool allFree() const { return m_free.size() == 1 && m_free.begin()->second == m_bytes; }

private:
    uint64_t m_bytes;
    std::map<uint64_t, uint64_t> m_free; ///< offset → bytes
};

/// A piece of device memory with one VkBuffer over it, mapped where the host sees it.
struct MemoryBlock {
    Pool pool;
    uint64_t bytes;
    FreeRanges free;
    VkBuffer buffer = VK_NULL_HANDLE;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkMemoryPropertyFlags flags = 0;
    std::byte *mapped = nullptr; ///< null unless host-visible and coherent
};

/// Owns all memory of one device. Thread-safe.
class Allocator
{
public:
    struct Limits {
        uint64_t maxBlockBytes = 0;
        uint64_t budgetBytes = 0; ///< 0: the driver's
        bool memoryBudget = false;
        bool preferHostVisible = false; ///< device memory that the host may write: weights go there directly
        uint64_t maxAllocationBytes = 0;
    };
    Allocator(VkPhysicalDevice physical, VkDevice device, const VolkDeviceTable &vk, std::string deviceName,
              Limits limits);
    ~Allocator();
    Allocator(const Allocator &) = delete;
    Allocator &operator=(const Allocator &) = delete;

    struct Range {
        MemoryBlock *block = nullptr;
        uint64_t offset = 0;
        uint64_t bytes = 0; ///< rounded up to kBufferAlignment
    };
    Result<Range> allocate(Pool pool, uint64_t bytes, std::string_view label);
    void release(const Range &range);
    MemoryStats stats() const;
    void resetPeak();

private:
    Result<MemoryBlock *> addBlock(Pool pool, uint64_t need, std::string_view label);
    Result<> fillBlock(MemoryBlock &block);
    void destroyBlock(MemoryBlock &block);
    std::optional<uint32_t> memoryType(Pool pool, uint32_t allowed) const;
    uint64_t budget() const;
    uint64_t freeBytes() const;

    VkPhysicalDevice m_physical;
    VkDevice m_device;
    const VolkDeviceTable &m_vk;
    std::string m_deviceName;
    Limits m_limits;
    VkPhysicalDeviceMemoryProperties m_properties{};
    mutable std::mutex m_mutex;
    std::list<MemoryBlock> m_blocks;
    MemoryStats m_stats;
};

} // namespace lathe::gpu
