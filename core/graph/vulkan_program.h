// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/arena.h"
#include "core/graph/backend.h"
#include "core/graph/vulkan_backend.h"

#include <functional>
#include <memory>
#include <mutex>

namespace lathe {

/// Gives a buffer of at least so many bytes for the activations of a step. Programs of one backend take
/// turns, so it may give the same one to several.
using ArenaSource = std::function<Result<std::shared_ptr<const gpu::Buffer>>(uint64_t bytes)>;

/// The most scratch that one node of the graph asks for (OpDef::scratchBytes); nodes take turns in it.
uint64_t scratchBytes(const gpu::Device &device, const Graph &graph);

/// A graph recorded once for a device: command buffers over a planned arena. What changes from step to step
/// lies in host-visible buffers: the step buffer (counts of live rows) and the inputs.
class VulkanProgram final : public Program
{
public:
    static Result<std::unique_ptr<Program>> create(gpu::Device &device, std::mutex &mutex, Graph graph,
                                                   const ProgramBindings &bindings,
                                                   const std::set<ValueId> &keep, const ArenaSource &arena,
                                                   const VulkanOptions &options);

    Result<> run(const Step &step, const TaskContext &task) override;
    uint32_t dispatches() const override { return m_recording.dispatchCount(); }

private:
    VulkanProgram(gpu::Device &device, std::mutex &mutex, Graph graph, const ProgramBindings &bindings)
        : m_device(device), m_mutex(mutex), m_graph(std::move(graph)), m_bindings(bindings)
    {
    }
    Result<> allocate(const std::set<ValueId> &keep, const ArenaSource &arena);
    Result<> record(const VulkanOptions &options);
    DeviceTensor tensorOf(ValueId id) const;
    Result<> writeInputs(const Step &step);

    gpu::Device &m_device;
    std::mutex &m_mutex;
    Graph m_graph;
    ProgramBindings m_bindings;
    ArenaPlan m_plan;
    std::shared_ptr<const gpu::Buffer> m_arena;
    gpu::Buffer m_stepBuffer;
    std::vector<gpu::Buffer> m_inputs; ///< by value id; empty for other kinds
    gpu::BufferView m_scratch;         ///< in the arena, behind the plan
    gpu::Recording m_recording;
};

} // namespace lathe
