// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/host_backend.h"

#include "core/base/os.h"
#include "core/graph/arena.h"
#include "core/graph/fusion.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

namespace lathe {

namespace {

/// Bytes held, by what for; shared with the weights and states so that their end is counted too.
struct Ledger {
    std::atomic<uint64_t> weights{0}, states{0}, arena{0}, peak{0};

    void add(std::atomic<uint64_t> &counter, uint64_t bytes)
    {
        counter += bytes;
        const uint64_t total = weights + states + arena;
        uint64_t seen = peak;
        while (total > seen && !peak.compare_exchange_weak(seen, total)) {
        }
    }
};

struct HostWeight final : Weight {
    std::shared_ptr<Ledger> ledger;
    std::optional<WeightBytes> bytes;
    std::span<const std::byte> data;
    std::vector<float> converted;
    uint64_t heldBytes = 0;
    ~HostWeight() override { ledger->weights -= heldBytes; }
};

struct HostState final : State {
    std::shared_ptr<Ledger> ledger;
    std::vector<std::byte> data;
    ~HostState() override { ledger->states -= data.size(); }
};

/// Memory for the activations of a step. The programs of a backend take turns in it.
struct HostArena {
    explicit HostArena(std::shared_ptr<Ledger> l) : ledger(std::move(l)) {}
    ~HostArena() { ledger->arena -= data.size(); }

    void grow(uint64_t bytes)
    {
        if (bytes <= data.size())
            return;
        ledger->add(ledger->arena, bytes - data.size());
        data = std::vector<std::byte>(bytes);
    }

    std::shared_ptr<Ledger> ledger;
    std::vector<std::byte> data;
};

class HostProgram final : public Program
{
public:
    HostProgram(Graph graph, const ProgramBindings &bindings, const std::set<ValueId> &keep, HostRung rung,
                ThreadPool *pool, std::mutex &mutex, std::shared_ptr<HostArena> arena)
        : m_graph(std::move(graph)), m_bindings(bindings), m_plan(planArena(m_graph, keep)), m_rung(rung),
          m_pool(pool), m_mutex(mutex), m_arena(std::move(arena))
    {
        m_arena->grow(m_plan.totalBytes);
    }

    Result<> run(const Step &step, const TaskContext &task) override
    {
        const std::lock_guard lock(m_mutex);
        for (uint32_t i = 0; i < m_graph.values().size(); ++i) {
            const Value &value = m_graph.values()[i];
            if (value.kind == ValueKind::Input && m_plan.offset[i] != ArenaPlan::kNone)
                std::ranges::copy(step.inputs[value.binding],
                                  m_arena->data.begin() + ptrdiff_t(m_plan.offset[i]));
        }
        for (const Node &node : m_graph.nodes()) {
            LATHE_TRY(task.checkCancelled());
            runNode(node, step);
        }
        for (const Read &read : step.reads) {
            const HostTensor tensor = view(read.value, step);
            std::copy_n(tensor.f32(), std::min<size_t>(read.into.size(), size_t(tensor.rows) * tensor.cols),
                        read.into.begin());
        }
        return {};
    }

    uint32_t dispatches() const override { return uint32_t(m_graph.nodes().size()); }

private:
    HostTensor view(ValueId id, const Step &step)
    {
        const Value &value = m_graph.value(id);
        HostTensor tensor{value.type, value.rows, value.cols, nullptr};
        if (value.kind == ValueKind::Weight) {
            const auto &weight = static_cast<const HostWeight &>(*m_bindings.weights[value.binding]);
            tensor.type = weight.type;
            tensor.data = const_cast<std::byte *>(weight.data.data()); // ops never write a weight
        } else if (value.kind == ValueKind::State) {
            tensor.data = static_cast<HostState &>(*m_bindings.states[value.binding]).data.data();
        } else {
            tensor.data = m_arena->data.data() + m_plan.offset[id.value];
            if (value.rowCount != RowCount::Fixed)
                tensor.rows =
                    std::min(value.rows, value.rowCount == RowCount::Tokens ? step.tokens : step.outputs);
        }
        return tensor;
    }

    void runNode(const Node &node, const Step &step)
    {
        m_in.clear();
        m_out.clear();
        for (const ValueId id : node.in)
            m_in.push_back(view(id, step));
        for (const ValueId id : node.out)
            m_out.push_back(view(id, step));
        const HostCall call{node.params, m_in, m_out, m_rung == HostRung::Cpu ? m_pool : nullptr};
        m_rung == HostRung::Cpu ? node.op->cpu(call) : node.op->reference(call);
    }

    Graph m_graph;
    ProgramBindings m_bindings;
    ArenaPlan m_plan;
    HostRung m_rung;
    ThreadPool *m_pool;
    std::mutex &m_mutex;
    std::shared_ptr<HostArena> m_arena;
    std::vector<HostTensor> m_in, m_out;
};

class HostBackend final : public Backend
{
public:
    HostBackend(HostRung rung, unsigned threads)
        : m_rung(rung), m_pool(rung == HostRung::Cpu ? threads : 1), m_name(os::processorName())
    {
    }

    std::string_view id() const override { return m_rung == HostRung::Cpu ? "cpu" : "reference"; }
    std::string_view name() const override { return m_name; }
    std::string_view math() const override { return "fp32"; }

    BackendMemory memory() const override
    {
        BackendMemory memory;
        memory.weights = m_ledger->weights;
        memory.states = m_ledger->states;
        memory.arena = m_ledger->arena;
        memory.peak = m_ledger->peak;
        memory.budget = memory.total() + os::availableMemoryBytes();
        return memory;
    }

    Result<std::vector<WeightPtr>> upload(std::span<const WeightSource> group) override
    {
        std::vector<WeightPtr> weights;
        for (const WeightSource &source : group) {
            auto weight = std::make_shared<HostWeight>();
            weight->ledger = m_ledger;
            weight->name = source.name;
            weight->type = source.type;
            weight->rows = source.rows;
            weight->cols = source.cols;
            LATHE_ASSIGN(WeightBytes bytes, readWeight(source));
            weight->data = bytes.view();
            if (source.vector) {
                weight->type = DType::F32;
                weight->converted.resize(size_t(source.rows) * source.cols);
                const DTypeInfo &info = dtypeInfo(source.type);
                info.decode(weight->data.data(), weight->converted.data(),
                            weight->converted.size() / info.blockElements);
                weight->data = std::as_bytes(std::span(weight->converted));
            } else {
                weight->bytes = std::move(bytes);
            }
            weight->heldBytes = weight->data.size();
            m_ledger->add(m_ledger->weights, weight->heldBytes);
            weights.push_back(std::move(weight));
        }
        return weights;
    }

    Result<StatePtr> createState(DType type, uint32_t rows, uint32_t cols, std::string_view name) override
    {
        const uint64_t bytes = rowBytes(type, cols) * rows;
        if (bytes > os::availableMemoryBytes())
            return fail(Errc::OutOfMemory, std::string(name),
                        "needs " + std::to_string(bytes) + " bytes, free are " +
                            std::to_string(os::availableMemoryBytes()),
                        "use a smaller --ctx or --kv F16");
        auto state = std::make_shared<HostState>();
        state->ledger = m_ledger;
        state->type = type;
        state->rows = rows;
        state->cols = cols;
        state->data.resize(bytes);
        m_ledger->add(m_ledger->states, bytes);
        return StatePtr(std::move(state));
    }

    Result<std::unique_ptr<Program>> compile(const Graph &graph, const ProgramBindings &bindings,
                                             const ProgramOptions &options) override
    {
        const std::lock_guard lock(m_mutex);
        std::shared_ptr<HostArena> arena = m_arena.lock();
        if (!arena)
            m_arena = arena = std::make_shared<HostArena>(m_ledger);
        return std::make_unique<HostProgram>(fused(graph, options), bindings, options.captures, m_rung,
                                             &m_pool, m_mutex, std::move(arena));
    }

    uint64_t weightBytes(const WeightSource &source) const override
    {
        return source.vector ? uint64_t(source.rows) * source.cols * sizeof(float) : source.bytes();
    }

    uint64_t transferBytes() const override { return 0; }

    uint64_t arenaBytes(const Graph &graph, const ProgramOptions &options) const override
    {
        return planArena(fused(graph, options), options.captures).totalBytes;
    }

private:
    static Graph fused(const Graph &graph, const ProgramOptions &options)
    {
        return fuse(graph, {options.fused, options.foldNorm, {}, options.captures});
    }

    HostRung m_rung;
    ThreadPool m_pool;
    std::string m_name;
    std::mutex m_mutex;
    std::shared_ptr<Ledger> m_ledger = std::make_shared<Ledger>();
    std::weak_ptr<HostArena> m_arena;
};

} // namespace

std::shared_ptr<Backend> createHostBackend(HostRung rung, unsigned threads)
{
    return std::make_shared<HostBackend>(rung, threads);
}

} // namespace lathe
