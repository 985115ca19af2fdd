// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/allocator.h"

#include "core/base/checked.h"

#include <algorithm>

namespace lathe::gpu {
namespace {

constexpr uint64_t kSmallestBlock = uint64_t(1) << 20;

std::string megabytes(uint64_t bytes)
{
    if (bytes < uint64_t(10) << 20)
        return std::to_string(bytes) + " bytes";
    return std::to_string(bytes >> 20) + " MiB";
}

struct TypeWish {
    VkMemoryPropertyFlags required, preferred, avoided;
};

TypeWish wishOf(Pool pool, bool preferHostVisible)
{
    constexpr VkMemoryPropertyFlags kLocal = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
    constexpr VkMemoryPropertyFlags kHost =
        VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    constexpr VkMemoryPropertyFlags kCached = VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    switch (pool) {
    case Pool::Staging:
        return {kHost, 0, kLocal};
    case Pool::Readback:
        return {kHost, kCached, kLocal};
    case Pool::Weights:
    case Pool::Arena:
    case Pool::State:
        break;
    }
    if (preferHostVisible)
        return {kLocal, kHost | kCached, 0};
    // The host-visible part of a card's memory may be a window of 256 MiB, which others need more.
    return {kLocal, 0, kHost};
}

} // namespace

std::optional<uint64_t> FreeRanges::take(uint64_t bytes)
{
    auto best = m_free.end();
    for (auto it = m_free.begin(); it != m_free.end(); ++it)
        if (it->second >= bytes && (best == m_free.end() || it->second < best->second))
            best = it;
    if (best == m_free.end())
        return std::nullopt;
    const auto [offset, size] = *best;
    m_free.erase(best);
    if (size > bytes)
        m_free.emplace(offset + bytes, size - bytes);
    return offset;
}

void FreeRanges::giveBack(uint64_t offset, uint64_t bytes)
{
    auto next = m_free.lower_bound(offset);
    if (next != m_free.end() && next->first == offset + bytes) {
        bytes += next->second;
        next = m_free.erase(next);
    }
    if (next != m_free.begin()) {
        const auto before = std::prev(next);
        if (before->first + before->second == offset) {
            before->second += bytes;
            return;
        }
    }
    m_free.emplace(offset, bytes);
}

Allocator::Allocator(VkPhysicalDevice physical, VkDevice device, const VolkDeviceTable &vk,
                     std::string deviceName, Limits limits)
    : m_physical(physical), m_device(device), m_vk(vk), m_deviceName(std::move(deviceName)), m_limits(limits)
{
    vkGetPhysicalDeviceMemoryProperties(m_physical, &m_properties);
    m_limits.maxBlockBytes = std::max(m_limits.maxBlockBytes, kBufferAlignment);
    if (m_limits.maxAllocationBytes > 0)
        m_limits.maxBlockBytes = std::min(m_limits.maxBlockBytes, m_limits.maxAllocationBytes);
}

Allocator::~Allocator()
{
    for (MemoryBlock &block : m_blocks)
        destroyBlock(block);
}

uint64_t Allocator::budget() const
{
    const uint64_t driver = heapBudget(m_physical, m_limits.memoryBudget).budget;
    return m_limits.budgetBytes > 0 ? std::min(m_limits.budgetBytes, driver) : driver;
}

uint64_t Allocator::freeBytes() const
{
    const HeapBudget heap = heapBudget(m_physical, m_limits.memoryBudget);
    const auto left = [](uint64_t limit, uint64_t used) { return limit - std::min(limit, used); };
    const uint64_t free = left(heap.budget, std::max(heap.used, m_stats.blocks));
    return m_limits.budgetBytes > 0 ? std::min(free, left(m_limits.budgetBytes, m_stats.blocks)) : free;
}

std::optional<uint32_t> Allocator::memoryType(Pool pool, uint32_t allowed) const
{
    // Types with other properties (lazily allocated, protected, device-coherent) have rules of their own.
    constexpr VkMemoryPropertyFlags kPlain =
        VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
        VK_MEMORY_PROPERTY_HOST_COHERENT_BIT | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    const TypeWish wish = wishOf(pool, m_limits.preferHostVisible);
    std::optional<uint32_t> best;
    std::pair<int, uint64_t> bestScore{-100, 0};
    for (uint32_t i = 0; i < m_properties.memoryTypeCount; ++i) {
        const VkMemoryPropertyFlags flags = m_properties.memoryTypes[i].propertyFlags;
        if (!(allowed & (1u << i)) || (flags & wish.required) != wish.required || (flags & ~kPlain))
            continue;
        const int matches =
            __builtin_popcount(flags & wish.preferred) - __builtin_popcount(flags & wish.avoided);
        const std::pair score{matches, m_properties.memoryHeaps[m_properties.memoryTypes[i].heapIndex].size};
        if (score > bestScore) {
            best = i;
            bestScore = score;
        }
    }
    return best;
}

Result<> Allocator::fillBlock(MemoryBlock &block)
{
    VkBufferCreateInfo create{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    create.size = block.bytes;
    create.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                   VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT;
    LATHE_VK(m_vk.vkCreateBuffer(m_device, &create, nullptr, &block.buffer), m_deviceName);
    VkMemoryRequirements needs;
    m_vk.vkGetBufferMemoryRequirements(m_device, block.buffer, &needs);
    const auto type = memoryType(block.pool, needs.memoryTypeBits);
    if (!type)
        return fail(Errc::Unsupported, m_deviceName,
                    "unsupported: no memory type for " + std::string(poolName(block.pool)),
                    "take another device");
    VkMemoryAllocateInfo allocate{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
    allocate.allocationSize = needs.size;
    allocate.memoryTypeIndex = *type;
    LATHE_VK(m_vk.vkAllocateMemory(m_device, &allocate, nullptr, &block.memory), m_deviceName);
    LATHE_VK(m_vk.vkBindBufferMemory(m_device, block.buffer, block.memory, 0), m_deviceName);
    block.flags = m_properties.memoryTypes[*type].propertyFlags;
    if ((block.flags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) &&
        (block.flags & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT)) {
        void *mapped = nullptr;
        LATHE_VK(m_vk.vkMapMemory(m_device, block.memory, 0, VK_WHOLE_SIZE, 0, &mapped), m_deviceName);
        block.mapped = static_cast<std::byte *>(mapped);
    }
    return {};
}

void Allocator::destroyBlock(MemoryBlock &block)
{
    if (block.mapped)
        m_vk.vkUnmapMemory(m_device, block.memory);
    m_vk.vkDestroyBuffer(m_device, block.buffer, nullptr);
    m_vk.vkFreeMemory(m_device, block.memory, nullptr);
}

Result<MemoryBlock *> Allocator::addBlock(Pool pool, uint64_t need, std::string_view label)
{
    const uint64_t free = freeBytes();
    const auto refuse = [&] {
        return fail(Errc::OutOfMemory, m_deviceName,
                    "not enough memory for " + std::string(poolName(pool)) + " (" + std::string(label) +
                        "): " + megabytes(need) + " needed, " + megabytes(free) + " free",
                    "take a smaller model or context, or close other programs");
    };
    if (need > free || (m_limits.maxAllocationBytes > 0 && need > m_limits.maxAllocationBytes))
        return refuse();
    // A pool grows by as much as it has, so that a small one does not take the largest block at once.
    uint64_t held = kSmallestBlock;
    for (const MemoryBlock &block : m_blocks)
        held += block.pool == pool ? block.bytes : 0;
    uint64_t bytes = std::max(need, std::min({roundUp(held, kSmallestBlock), m_limits.maxBlockBytes,
                                              free & ~(kBufferAlignment - 1)}));
    for (;;) {
        m_blocks.push_back(MemoryBlock{pool, bytes, FreeRanges(bytes)});
        const Result<> filled = fillBlock(m_blocks.back());
        if (filled) {
            m_stats.blocks += bytes;
            return &m_blocks.back();
        }
        destroyBlock(m_blocks.back());
        m_blocks.pop_back();
        if (filled.error().code != Errc::OutOfMemory)
            return tl::unexpected<Error>(filled.error());
        if (bytes == need)
            return refuse();
        bytes = std::max(need, roundUp(bytes / 2, kBufferAlignment));
    }
}

Result<Allocator::Range> Allocator::allocate(Pool pool, uint64_t bytes, std::string_view label)
{
    const auto rounded = Checked(bytes).alignedTo(kBufferAlignment).value();
    if (bytes == 0 || !rounded)
        return fail(Errc::BadInput, std::string(label), "a buffer of " + std::to_string(bytes) + " bytes");
    const std::lock_guard lock(m_mutex);
    Range range{nullptr, 0, *rounded};
    for (MemoryBlock &block : m_blocks) {
        if (block.pool != pool)
            continue;
        if (const auto offset = block.free.take(*rounded)) {
            range.block = &block;
            range.offset = *offset;
            break;
        }
    }
    if (!range.block) {
        LATHE_ASSIGN(range.block, addBlock(pool, *rounded, label));
        range.offset = range.block->free.take(*rounded).value();
    }
    m_stats.inUse[size_t(pool)] += *rounded;
    m_stats.total += *rounded;
    m_stats.peak = std::max(m_stats.peak, m_stats.total);
    return range;
}

void Allocator::release(const Range &range)
{
    const std::lock_guard lock(m_mutex);
    m_stats.inUse[size_t(range.block->pool)] -= range.bytes;
    m_stats.total -= range.bytes;
    range.block->free.giveBack(range.offset, range.bytes);
    if (!range.block->free.allFree())
        return;
    m_stats.blocks -= range.block->bytes;
    destroyBlock(*range.block);
    m_blocks.remove_if([&](const MemoryBlock &block) { return &block == range.block; });
}

MemoryStats Allocator::stats() const
{
    const std::lock_guard lock(m_mutex);
    MemoryStats stats = m_stats;
    stats.budget = budget();
    return stats;
}

void Allocator::resetPeak()
{
    const std::lock_guard lock(m_mutex);
    m_stats.peak = m_stats.total;
}

} // namespace lathe::gpu
