// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/vulkan_program.h"

#include "core/graph/vulkan_weight.h"

#include <algorithm>
#include <cstring>

namespace lathe {

namespace {

constexpr uint64_t kStepWords = 64; ///< the first three are used, see RowCount

} // namespace

uint64_t scratchBytes(const gpu::Device &device, const Graph &graph)
{
    uint64_t most = 0;
    for (const Node &node : graph.nodes()) {
        if (node.op->scratchBytes)
            most = std::max(most,
                            node.op->scratchBytes(device, node.params, graph.value(node.out.front()).rows));
    }
    return most;
}

Result<std::unique_ptr<Program>> VulkanProgram::create(gpu::Device &device, std::mutex &mutex, Graph graph,
                                                       const ProgramBindings &bindings,
                                                       const std::set<ValueId> &keep,
                                                       const ArenaSource &arena, const VulkanOptions &options)
{
    std::unique_ptr<VulkanProgram> program(new VulkanProgram(device, mutex, std::move(graph), bindings));
    LATHE_TRY(program->allocate(keep, arena));
    LATHE_TRY(program->record(options));
    return std::unique_ptr<Program>(std::move(program));
}

Result<> VulkanProgram::allocate(const std::set<ValueId> &keep, const ArenaSource &arena)
{
    m_plan = planArena(m_graph, keep, gpu::kBufferAlignment);
    const uint64_t scratch = scratchBytes(m_device, m_graph);
    LATHE_ASSIGN(m_arena, arena(std::max<uint64_t>(m_plan.totalBytes + scratch, 4)));
    m_scratch = m_arena->view(m_plan.totalBytes, scratch);
    LATHE_ASSIGN(m_stepBuffer, m_device.allocate(gpu::Pool::Staging, kStepWords * sizeof(uint32_t), "step"));
    m_inputs.resize(m_graph.values().size());
    for (uint32_t i = 0; i < m_graph.values().size(); ++i) {
        if (m_graph.values()[i].kind != ValueKind::Input || m_plan.offset[i] == ArenaPlan::kNone)
            continue;
        LATHE_ASSIGN(m_inputs[i],
                     m_device.allocate(gpu::Pool::Staging, m_plan.bytes[i], m_graph.values()[i].name));
    }
    return {};
}

DeviceTensor VulkanProgram::tensorOf(ValueId id) const
{
    const Value &value = m_graph.value(id);
    if (value.kind == ValueKind::Weight)
        return static_cast<const VulkanWeight &>(*m_bindings.weights[value.binding]).tensor;
    if (value.kind == ValueKind::State)
        return static_cast<const VulkanState &>(*m_bindings.states[value.binding]).tensor;
    const gpu::BufferView view = value.kind == ValueKind::Input
                                     ? m_inputs[id.value].view()
                                     : m_arena->view(m_plan.offset[id.value], m_plan.bytes[id.value]);
    return {value.type, value.rows, value.cols, false, {{view, 0, value.rows}}};
}

Result<> VulkanProgram::record(const VulkanOptions &options)
{
    gpu::Recorder recorder(m_device);
    for (const Node &node : m_graph.nodes()) {
        std::vector<DeviceTensor> in, out;
        for (const ValueId id : node.in)
            in.push_back(tensorOf(id));
        for (const ValueId id : node.out)
            out.push_back(tensorOf(id));
        const bool writesState = m_graph.value(node.out.front()).kind == ValueKind::State;
        const RowCount rows = m_graph.value(writesState ? node.in.front() : node.out.front()).rowCount;
        VulkanCall call{node.params,         in,        out,      rows,
                        m_stepBuffer.view(), m_device,  recorder, options.disabled,
                        options.math,        node.name, m_scratch};
        LATHE_TRY(node.op->record(call));
    }
    LATHE_ASSIGN(m_recording, recorder.finish());
    return {};
}

Result<> VulkanProgram::writeInputs(const Step &step)
{
    uint32_t counts[kStepWords] = {};
    counts[uint32_t(RowCount::Tokens)] = step.tokens;
    counts[uint32_t(RowCount::Outputs)] = step.outputs;
    counts[uint32_t(RowCount::Fixed)] = UINT32_MAX;
    LATHE_TRY(m_device.upload(m_stepBuffer.view(), std::as_bytes(std::span(counts))));
    for (uint32_t i = 0; i < m_inputs.size(); ++i) {
        if (!m_inputs[i])
            continue;
        const std::span<const std::byte> bytes = step.inputs[m_graph.values()[i].binding];
        if (!bytes.empty())
            LATHE_TRY(m_device.upload(m_inputs[i].view(0, bytes.size()), bytes));
    }
    return {};
}

Result<> VulkanProgram::run(const Step &step, const TaskContext &task)
{
    const std::lock_guard lock(m_mutex);
    LATHE_TRY(task.checkCancelled());
    LATHE_TRY(writeInputs(step));
    LATHE_TRY(m_device.submit(m_recording, &task));
    for (const Read &read : step.reads) {
        const Value &value = m_graph.value(read.value);
        const uint64_t bytes = std::min<uint64_t>(read.into.size_bytes(), m_plan.bytes[read.value.value]);
        const gpu::BufferView view = value.kind == ValueKind::Input
                                         ? m_inputs[read.value.value].view(0, bytes)
                                         : m_arena->view(m_plan.offset[read.value.value], bytes);
        LATHE_TRY(m_device.download(view, std::as_writable_bytes(read.into.first(bytes / sizeof(float)))));
    }
    return {};
}

} // namespace lathe
