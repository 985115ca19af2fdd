// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/vulkan_backend.h"

#include "core/base/checked.h"
#include "core/graph/arena.h"
#include "core/graph/fusion.h"
#include "core/graph/vulkan_program.h"
#include "core/graph/vulkan_weight.h"

#include <array>
#include <mutex>

namespace lathe {

namespace {

constexpr std::array<std::string_view, 3> kMathNames{"fp32", "fp16", "dot"};

class VulkanBackend final : public Backend
{
public:
    VulkanBackend(std::shared_ptr<gpu::Device> device, std::string id, VulkanOptions options)
        : m_device(std::move(device)), m_id(std::move(id)), m_options(std::move(options))
    {
    }

    std::string_view id() const override { return m_id; }
    std::string_view name() const override { return m_device->info().name; }
    std::string_view math() const override { return kMathNames[size_t(m_options.math)]; }

    BackendMemory memory() const override
    {
        const gpu::MemoryStats stats = m_device->memory();
        const auto bytes = [&](gpu::Pool pool) { return stats.inUse[size_t(pool)]; };
        return {bytes(gpu::Pool::Weights),
                bytes(gpu::Pool::State),
                bytes(gpu::Pool::Arena),
                bytes(gpu::Pool::Staging) + bytes(gpu::Pool::Readback),
                stats.peak,
                stats.budget};
    }

    Result<std::vector<WeightPtr>> upload(std::span<const WeightSource> group) override
    {
        const std::lock_guard lock(m_mutex);
        return uploadWeights(*m_device, group);
    }

    Result<StatePtr> createState(DType type, uint32_t rows, uint32_t cols, std::string_view name) override
    {
        const std::lock_guard lock(m_mutex);
        const uint64_t bytes = rowBytes(type, cols) * rows;
        if (bytes > m_device->features().maxBindingBytes)
            return fail(Errc::OutOfMemory, std::string(name),
                        "needs " + std::to_string(bytes) + " bytes in one binding, " + m_id +
                            " has at most " + std::to_string(m_device->features().maxBindingBytes),
                        "use a smaller --ctx or --kv F16");
        auto state = std::make_shared<VulkanState>();
        state->type = type;
        state->rows = rows;
        state->cols = cols;
        LATHE_ASSIGN(const gpu::Buffer buffer, m_device->allocate(gpu::Pool::State, bytes, name));
        state->tensor = {type, rows, cols, false, {{buffer.view(), 0, rows}}};
        return StatePtr(std::move(state));
    }

    Result<std::unique_ptr<Program>> compile(const Graph &graph, const ProgramBindings &bindings,
                                             const ProgramOptions &options) override
    {
        const std::lock_guard lock(m_mutex);
        const auto grouped = [&](std::span<const ValueId> values) {
            std::vector<const VulkanWeight *> weights;
            for (const ValueId id : values)
                weights.push_back(
                    static_cast<const VulkanWeight *>(bindings.weights[graph.value(id).binding].get()));
            return inOneBinding(*m_device, weights);
        };
        const FusionOptions fusion{options.fused, options.foldNorm, grouped, options.captures};
        return VulkanProgram::create(
            *m_device, m_mutex, fuse(graph, fusion), bindings, options.captures,
            [this](uint64_t bytes) { return arena(bytes); }, m_options);
    }

    uint64_t weightBytes(const WeightSource &source) const override
    {
        return roundUp<uint64_t>(deviceBytes(source), gpu::kBufferAlignment);
    }

    uint64_t transferBytes() const override { return m_device->transferBytes(); }

    uint64_t arenaBytes(const Graph &graph, const ProgramOptions &options) const override
    {
        const Graph fused = fuse(graph, {options.fused, options.foldNorm, {}, options.captures});
        return planArena(fused, options.captures, gpu::kBufferAlignment).totalBytes +
               scratchBytes(*m_device, fused);
    }

private:
    /// The arena that the programs take turns in; one that needs more brings a larger one.
    Result<std::shared_ptr<const gpu::Buffer>> arena(uint64_t bytes)
    {
        std::shared_ptr<const gpu::Buffer> shared = m_arena.lock();
        if (shared && shared->bytes() >= bytes)
            return shared;
        LATHE_ASSIGN(gpu::Buffer larger, m_device->allocate(gpu::Pool::Arena, bytes, "arena"));
        shared = std::make_shared<const gpu::Buffer>(std::move(larger));
        m_arena = shared;
        return shared;
    }

    std::shared_ptr<gpu::Device> m_device;
    std::string m_id;
    VulkanOptions m_options;
    std::mutex m_mutex;
    std::weak_ptr<const gpu::Buffer> m_arena;
};

} // namespace

std::shared_ptr<Backend> createVulkanBackend(std::shared_ptr<gpu::Device> device, std::string id,
                                             VulkanOptions options)
{
    return std::make_shared<VulkanBackend>(std::move(device), std::move(id), std::move(options));
}

} // namespace lathe
