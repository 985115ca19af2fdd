// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/fusion.h"

#include "core/ops/add/add.h"
#include "core/ops/cache_write/cache_write.h"
#include "core/ops/glu/glu.h"
#include "core/ops/linear/linear.h"
#include "core/ops/rms_norm/rms_norm.h"
#include "core/ops/rope_cache/rope_cache.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lathe {

namespace {

/// The graph under change: who makes a value, who reads it, and which nodes are already swallowed.
class Rewriter
{
public:
    Rewriter(const Graph &graph, const FusionOptions &options)
        : m_graph(graph), m_options(options), m_dead(graph.nodes().size()),
          m_producer(graph.values().size(), kNone)
    {
        for (uint32_t i = 0; i < m_graph.nodes().size(); ++i) {
            for (const ValueId out : node(i).out) {
                if (value(out).kind == ValueKind::Activation)
                    m_producer[out.value] = i;
            }
        }
    }

    static constexpr uint32_t kNone = UINT32_MAX;

    uint32_t count() const { return uint32_t(m_graph.nodes().size()); }
    bool dead(uint32_t i) const { return m_dead[i]; }
    Node &node(uint32_t i) { return m_graph.nodes()[i]; }
    const Value &value(ValueId id) const { return m_graph.value(id); }
    const FusionOptions &options() const { return m_options; }
    uint32_t producer(ValueId id) const { return m_producer[id.value]; }
    void kill(uint32_t i) { m_dead[i] = true; }
    void setProducer(ValueId id, uint32_t i) { m_producer[id.value] = i; }

    bool isOp(uint32_t i, const OpDef &op) const
    {
        return i != kNone && !m_dead[i] && m_graph.nodes()[i].op == &op;
    }

    std::vector<uint32_t> readers(ValueId id) const
    {
        std::vector<uint32_t> found;
        for (uint32_t i = 0; i < m_graph.nodes().size(); ++i) {
            const auto &in = m_graph.nodes()[i].in;
            if (!m_dead[i] && std::find(in.begin(), in.end(), id) != in.end())
                found.push_back(i);
        }
        return found;
    }

    /// The value is an intermediate that only `reader` sees, so it may vanish.
    bool onlyReadBy(ValueId id, uint32_t reader) const
    {
        if (!mayVanish(id))
            return false;
        const auto all = readers(id);
        return all.size() == 1 && all.front() == reader;
    }

    bool mayVanish(ValueId id) const
    {
        const auto &outputs = m_graph.outputs();
        return !m_options.keep.contains(id) && std::find(outputs.begin(), outputs.end(), id) == outputs.end();
    }

    /// The linear node that makes `id` with just one matrix and the given flags at most, if only `reader`
    /// sees it.
    std::optional<uint32_t> plainLinear(ValueId id, uint32_t reader, uint32_t allowedFlags) const
    {
        const uint32_t i = producer(id);
        if (!isOp(i, kLinearOp) || !onlyReadBy(id, reader))
            return std::nullopt;
        const auto params = m_graph.nodes()[i].params.as<LinearParams>();
        if (params.count != 1 || (params.flags & ~allowedFlags) != 0)
            return std::nullopt;
        return i;
    }

    Graph take()
    {
        std::vector<Node> kept;
        for (uint32_t i = 0; i < m_graph.nodes().size(); ++i) {
            if (!m_dead[i])
                kept.push_back(std::move(m_graph.nodes()[i]));
        }
        m_graph.nodes() = std::move(kept);
        return std::move(m_graph);
    }

private:
    Graph m_graph;
    const FusionOptions &m_options;
    std::vector<bool> m_dead;
    std::vector<uint32_t> m_producer;
};

/// linear → add: the other operand becomes bias (one row) or residual.
void foldAdd(Rewriter &graph, uint32_t i)
{
    if (!graph.isOp(i, kAddOp))
        return;
    const bool bias = graph.node(i).params.as<AddParams>().broadcast != 0;
    for (const uint32_t operand : {0u, 1u}) {
        if (bias && operand == 1)
            return;
        Node &add = graph.node(i);
        const auto linear = graph.plainLinear(add.in[operand], i, bias ? 0 : kLinearBias);
        if (!linear)
            continue;
        Node fused = graph.node(*linear);
        auto params = fused.params.as<LinearParams>();
        params.flags |= bias ? kLinearBias : kLinearResidual;
        fused.in.push_back(add.in[1 - operand]);
        fused.params = params;
        fused.out = add.out;
        graph.kill(*linear);
        graph.node(i) = std::move(fused);
        return;
    }
}

bool sameWeights(Rewriter &graph, std::span<const ValueId> weights)
{
    const DType type = graph.value(weights.front()).type;
    const auto same = [&](ValueId w) { return graph.value(w).type == type; };
    return std::all_of(weights.begin(), weights.end(), same) &&
           (!graph.options().grouped || graph.options().grouped(weights));
}

/// linear + linear over one input → glu.
void foldGlu(Rewriter &graph, uint32_t i)
{
    if (!graph.isOp(i, kGluOp))
        return;
    const auto gate = graph.plainLinear(graph.node(i).in[0], i, kLinearBias);
    const auto up = graph.plainLinear(graph.node(i).in[1], i, kLinearBias);
    if (!gate || !up)
        return;
    const Node &a = graph.node(*gate), &b = graph.node(*up);
    const auto flags = a.params.as<LinearParams>().flags;
    const std::array weights{a.in[1], b.in[1]};
    if (a.in[0] != b.in[0] || flags != b.params.as<LinearParams>().flags || !sameWeights(graph, weights))
        return;
    LinearParams params{2, flags | kLinearGlu, 0, graph.node(i).params.as<GluParams>().activation};
    Node fused{&kLinearOp, params, {a.in[0], a.in[1], b.in[1]}, graph.node(i).out, a.name, a.layer};
    if (flags & kLinearBias)
        fused.in.insert(fused.in.end(), {a.in[2], b.in[2]});
    graph.kill(*gate);
    graph.kill(*up);
    graph.node(i) = std::move(fused);
}

/// Two or three linears over one input → one node with as many outputs, in the place of the first.
void foldGroup(Rewriter &graph, uint32_t i)
{
    if (!graph.isOp(i, kLinearOp) || graph.node(i).params.as<LinearParams>().count != 1)
        return;
    const auto flags = graph.node(i).params.as<LinearParams>().flags;
    if ((flags & ~kLinearBias) != 0)
        return;
    std::vector<uint32_t> members{i};
    for (const uint32_t other : graph.readers(graph.node(i).in[0])) {
        const bool fits = other > i && members.size() < 3 && graph.isOp(other, kLinearOp) &&
                          graph.node(other).in[0] == graph.node(i).in[0] &&
                          graph.node(other).params.as<LinearParams>().count == 1 &&
                          graph.node(other).params.as<LinearParams>().flags == flags;
        if (fits)
            members.push_back(other);
    }
    std::vector<ValueId> weights;
    for (const uint32_t m : members)
        weights.push_back(graph.node(m).in[1]);
    if (members.size() < 2 || !sameWeights(graph, weights))
        return;
    Node fused = graph.node(i);
    fused.params = LinearParams{uint32_t(members.size()), flags, 0, Activation::Silu};
    fused.in = {fused.in[0]};
    fused.out.clear();
    fused.in.insert(fused.in.end(), weights.begin(), weights.end());
    for (const uint32_t m : members) {
        if (flags & kLinearBias)
            fused.in.push_back(graph.node(m).in[2]);
        fused.out.push_back(graph.node(m).out[0]);
        graph.setProducer(graph.node(m).out[0], i);
    }
    for (const uint32_t m : members) {
        if (m != i)
            graph.kill(m);
    }
    graph.node(i) = std::move(fused);
}

/// rms_norm → the one linear node that reads it.
void foldNorm(Rewriter &graph, uint32_t i)
{
    if (!graph.options().foldNorm || !graph.isOp(i, kLinearOp))
        return;
    const uint32_t norm = graph.producer(graph.node(i).in[0]);
    if (!graph.isOp(norm, kRmsNormOp) || !graph.onlyReadBy(graph.node(i).in[0], i))
        return;
    auto params = graph.node(i).params.as<LinearParams>();
    if (params.flags & (kLinearNorm | kLinearResidual))
        return;
    const Node &from = graph.node(norm);
    if (graph.value(from.in[0]).cols != graph.value(from.in[1]).cols) // a norm of groups of columns
        return;
    params.flags |= kLinearNorm;
    params.eps = graph.node(norm).params.as<RmsNormParams>().eps;
    graph.node(i).params = params;
    graph.node(i).in[0] = graph.node(norm).in[0];
    graph.node(i).in.insert(graph.node(i).in.begin() + 1, graph.node(norm).in[1]);
    graph.kill(norm);
}

/// rope(q), rope(k), cache_write(k', v) → rope_cache in the place of the last.
void foldRopeCache(Rewriter &graph, uint32_t i)
{
    if (!graph.isOp(i, kCacheWriteOp))
        return;
    const uint32_t ropeK = graph.producer(graph.node(i).in[0]);
    if (!graph.isOp(ropeK, kRopeOp) || !graph.onlyReadBy(graph.node(i).in[0], i))
        return;
    const ValueId table = graph.node(ropeK).in[1];
    uint32_t ropeQ = Rewriter::kNone;
    for (const uint32_t reader : graph.readers(table)) {
        if (reader != ropeK && graph.isOp(reader, kRopeOp) &&
            graph.node(reader).layer == graph.node(ropeK).layer)
            ropeQ = reader;
    }
    if (ropeQ == Rewriter::kNone || ropeQ > i)
        return;
    const Node &q = graph.node(ropeQ), &k = graph.node(ropeK), &write = graph.node(i);
    RopeCacheParams params{q.params.as<RopeParams>(), k.params.as<RopeParams>().heads,
                           write.params.as<CacheWriteParams>().context};
    RopeParams same = k.params.as<RopeParams>();
    same.heads = params.rope.heads;
    if (ParamBlob(same) != q.params)
        return;
    Node fused{&kRopeCacheOp,
               params,
               {q.in[0], k.in[0], write.in[1], table, write.in[2]},
               {q.out[0], write.out[0], write.out[1]},
               write.name,
               write.layer};
    graph.setProducer(q.out[0], i);
    graph.kill(ropeQ);
    graph.kill(ropeK);
    graph.node(i) = std::move(fused);
}

/// In this order: later patterns see what earlier ones made.
constexpr std::array<void (*)(Rewriter &, uint32_t), 5> kPatterns{foldAdd, foldGlu, foldGroup, foldNorm,
                                                                  foldRopeCache};

} // namespace

Graph fuse(const Graph &graph, const FusionOptions &options)
{
    if (!options.enabled)
        return graph;
    Rewriter rewriter(graph, options);
    for (const auto pattern : kPatterns) {
        for (uint32_t i = 0; i < rewriter.count(); ++i) {
            if (!rewriter.dead(i))
                pattern(rewriter, i);
        }
    }
    return rewriter.take();
}

} // namespace lathe
