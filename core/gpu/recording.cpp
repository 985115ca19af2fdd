// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/recording_state.h"

#include "core/base/checked.h"

#include <algorithm>

namespace lathe::gpu {
namespace {

constexpr VkPipelineStageFlags kDeviceStages = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT |
                                               VK_PIPELINE_STAGE_TRANSFER_BIT |
                                               VK_PIPELINE_STAGE_DRAW_INDIRECT_BIT;
constexpr VkAccessFlags kDeviceWrites = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
constexpr VkAccessFlags kDeviceReads =
    VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_INDIRECT_COMMAND_READ_BIT;

/// A dispatch above the cap becomes several over ranges of its workgroups, cut along the longest dimension.
/// Each is more than half a cap, so each gets a segment of its own.
void appendSplit(Command command, uint64_t cap, std::vector<Command> &out)
{
    const auto longest = std::ranges::max_element(command.groups);
    const bool divisible = command.kind == Command::Kind::Dispatch && !command.indirect.buffer &&
                           !command.kernel->reflection.usesGroupCount;
    const uint64_t parts = divisible ? std::min<uint64_t>(ceilDiv(command.flops, cap), *longest) : 1;
    if (parts <= 1) {
        out.push_back(std::move(command));
        return;
    }
    const size_t axis = size_t(longest - command.groups.begin());
    const uint64_t groups = *longest;
    for (uint64_t i = 0; i < parts; ++i) {
        Command part = command;
        part.base[axis] = uint32_t(groups * i / parts);
        part.groups[axis] = uint32_t(groups * (i + 1) / parts) - part.base[axis];
        part.flops = command.flops / parts;
        out.push_back(std::move(part));
    }
}

class SegmentWriter
{
public:
    SegmentWriter(Recording::State &recording, const Device::State &device)
        : m_recording(recording), m_device(device)
    {
    }

    Result<> createPools(std::span<const Command> commands);
    Result<> write(std::span<const Command> commands, uint64_t cap);

private:
    using SetKey = std::vector<uint64_t>;

    static SetKey keyOf(const Command &command);
    Result<VkDescriptorSet> setFor(const Command &command);
    Result<> begin();
    Result<> end();
    Result<> add(const Command &command);
    void synchronize(const Command &command);

    Recording::State &m_recording;
    const Device::State &m_device;
    HazardTracker m_hazards;
    std::map<SetKey, VkDescriptorSet> m_sets;
    VkCommandBuffer m_commands = VK_NULL_HANDLE; ///< of the open segment
    int64_t m_barriersWanted = 0;
};

SegmentWriter::SetKey SegmentWriter::keyOf(const Command &command)
{
    SetKey key{command.views.size()};
    for (const ResolvedView &view : command.views)
        key.insert(key.end(), {reinterpret_cast<uint64_t>(view.buffer), view.offset, view.bytes});
    return key;
}

Result<> SegmentWriter::createPools(std::span<const Command> commands)
{
    VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
    pool.queueFamilyIndex = m_device.queueFamily;
    LATHE_VK(m_device.vk.vkCreateCommandPool(m_device.handle, &pool, nullptr, &m_recording.pool),
             m_device.info.name);

    VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 0};
    uint32_t sets = 0;
    for (const Command &command : commands) {
        if (command.kind != Command::Kind::Dispatch || command.views.empty() ||
            !m_sets.emplace(keyOf(command), VK_NULL_HANDLE).second)
            continue;
        size.descriptorCount += uint32_t(command.views.size());
        ++sets;
    }
    if (sets == 0)
        return {};
    VkDescriptorPoolCreateInfo create{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
    create.maxSets = sets;
    create.poolSizeCount = 1;
    create.pPoolSizes = &size;
    LATHE_VK(m_device.vk.vkCreateDescriptorPool(m_device.handle, &create, nullptr, &m_recording.descriptors),
             m_device.info.name);
    return {};
}

Result<VkDescriptorSet> SegmentWriter::setFor(const Command &command)
{
    VkDescriptorSet &set = m_sets[keyOf(command)];
    if (set)
        return set;
    VkDescriptorSetAllocateInfo allocate{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
    allocate.descriptorPool = m_recording.descriptors;
    allocate.descriptorSetCount = 1;
    allocate.pSetLayouts = &command.kernel->layout.set;
    LATHE_VK(m_device.vk.vkAllocateDescriptorSets(m_device.handle, &allocate, &set), m_device.info.name);
    std::array<VkDescriptorBufferInfo, kMaxBindings> buffers;
    std::vector<VkWriteDescriptorSet> writes;
    for (uint32_t i = 0; i < command.views.size(); ++i) {
        const ResolvedView &view = command.views[i];
        if (!view.buffer)
            continue;
        buffers[i] = {view.buffer, view.offset, view.bytes};
        VkWriteDescriptorSet write{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
        write.dstSet = set;
        write.dstBinding = i;
        write.descriptorCount = 1;
        write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
        write.pBufferInfo = &buffers[i];
        writes.push_back(write);
    }
    m_device.vk.vkUpdateDescriptorSets(m_device.handle, uint32_t(writes.size()), writes.data(), 0, nullptr);
    return set;
}

Result<> SegmentWriter::begin()
{
    VkCommandBufferAllocateInfo allocate{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
    allocate.commandPool = m_recording.pool;
    allocate.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    allocate.commandBufferCount = 1;
    LATHE_VK(m_device.vk.vkAllocateCommandBuffers(m_device.handle, &allocate, &m_commands),
             m_device.info.name);
    VkCommandBufferBeginInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    LATHE_VK(m_device.vk.vkBeginCommandBuffer(m_commands, &info), m_device.info.name);
    // The submissions before this one; so hazards need to be tracked inside a segment only.
    recordBarrier(m_device, m_commands);
    m_hazards.clear();
    m_recording.segments.push_back({m_commands, 0, {}, {}});
    return {};
}

Result<> SegmentWriter::end()
{
    recordHostBarrier(m_device, m_commands);
    LATHE_VK(m_device.vk.vkEndCommandBuffer(m_commands), m_device.info.name);
    m_commands = VK_NULL_HANDLE;
    return {};
}

void SegmentWriter::synchronize(const Command &command)
{
    if (m_hazards.conflicts(command.uses)) {
        m_hazards.clear();
        if (m_barriersWanted++ != m_device.options.dropBarrier) {
            recordBarrier(m_device, m_commands);
            ++m_recording.barriers;
        }
    }
    m_hazards.add(command.uses);
}

Result<> SegmentWriter::add(const Command &command)
{
    const VolkDeviceTable &vk = m_device.vk;
    synchronize(command);
    Segment &segment = m_recording.segments.back();
    if (segment.firstLabel.empty())
        segment.firstLabel = command.label;
    segment.lastLabel = command.label;
    segment.flops += command.flops;
    if (command.kind == Command::Kind::Copy) {
        const VkBufferCopy region{command.views[0].offset, command.views[1].offset, command.views[0].bytes};
        vk.vkCmdCopyBuffer(m_commands, command.views[0].buffer, command.views[1].buffer, 1, &region);
        return {};
    }
    if (command.kind == Command::Kind::Fill) {
        const ResolvedView &view = command.views[0];
        vk.vkCmdFillBuffer(m_commands, view.buffer, view.offset, view.bytes, command.word);
        return {};
    }
    const VkPipelineLayout layout = command.kernel->layout.pipeline;
    vk.vkCmdBindPipeline(m_commands, VK_PIPELINE_BIND_POINT_COMPUTE, command.kernel->pipeline);
    if (!command.views.empty()) {
        LATHE_ASSIGN(const VkDescriptorSet set, setFor(command));
        vk.vkCmdBindDescriptorSets(m_commands, VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0, 1, &set, 0,
                                   nullptr);
    }
    if (!command.push.empty())
        vk.vkCmdPushConstants(m_commands, layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                              uint32_t(command.push.size()), command.push.data());
    const auto &[x, y, z] = command.groups;
    if (command.indirect.buffer)
        vk.vkCmdDispatchIndirect(m_commands, command.indirect.buffer, command.indirect.offset);
    else if (command.base == std::array<uint32_t, 3>{}) // the only form that the validation layer looks into
        vk.vkCmdDispatch(m_commands, x, y, z);
    else
        vk.vkCmdDispatchBase(m_commands, command.base[0], command.base[1], command.base[2], x, y, z);
    ++m_recording.dispatches;
    return {};
}

Result<> SegmentWriter::write(std::span<const Command> commands, uint64_t cap)
{
    for (const Command &command : commands) {
        const bool full = m_commands && m_recording.segments.back().flops + command.flops > cap;
        if (full)
            LATHE_TRY(end());
        if (!m_commands)
            LATHE_TRY(begin());
        LATHE_TRY(add(command));
    }
    return m_commands ? end() : Result<>{};
}

} // namespace

void recordBarrier(const Device::State &device, VkCommandBuffer commands)
{
    VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
    barrier.srcAccessMask = kDeviceWrites;
    barrier.dstAccessMask = kDeviceReads | kDeviceWrites;
    device.vk.vkCmdPipelineBarrier(commands, kDeviceStages, kDeviceStages, 0, 1, &barrier, 0, nullptr, 0,
                                   nullptr);
}

void recordHostBarrier(const Device::State &device, VkCommandBuffer commands)
{
    VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
    barrier.srcAccessMask = kDeviceWrites;
    barrier.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
    device.vk.vkCmdPipelineBarrier(commands, kDeviceStages, VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &barrier, 0,
                                   nullptr, 0, nullptr);
}

Recording::State::~State()
{
    device->vk.vkDestroyCommandPool(device->handle, pool, nullptr);
    device->vk.vkDestroyDescriptorPool(device->handle, descriptors, nullptr);
}

uint32_t Recording::dispatchCount() const
{
    return m_state ? m_state->dispatches : 0;
}

uint32_t Recording::barrierCount() const
{
    return m_state ? m_state->barriers : 0;
}

uint32_t Recording::segmentCount() const
{
    return m_state ? uint32_t(m_state->segments.size()) : 0;
}

Result<std::shared_ptr<Recording::State>> record(Recorder::State &&collected)
{
    const auto recording = std::make_shared<Recording::State>();
    recording->device = collected.device;
    Device::State &device = *collected.device;
    const uint64_t cap = segmentFlops(device);
    std::vector<Command> commands;
    for (Command &command : collected.commands)
        appendSplit(std::move(command), cap, commands);
    SegmentWriter writer(*recording, device);
    LATHE_TRY(writer.createPools(commands));
    LATHE_TRY(writer.write(commands, cap));
    std::ranges::sort(collected.buffers, {}, &Buffer::state);
    // Not std::ranges::unique: clang 14 cannot build what it returns.
    collected.buffers.erase(std::unique(collected.buffers.begin(), collected.buffers.end()),
                            collected.buffers.end());
    recording->buffers = std::move(collected.buffers);
    device.dispatchesRecorded += recording->dispatches;
    device.barriersRecorded += recording->barriers;
    return recording;
}

} // namespace lathe::gpu
