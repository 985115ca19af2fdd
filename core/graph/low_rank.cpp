// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/low_rank.h"

#include "core/ops/add/add.h"
#include "core/ops/int8_round/int8_round.h"
#include "core/ops/linear/linear.h"

#include <map>

namespace lathe {

namespace {

class Inserter
{
public:
    Inserter(const Graph &graph, std::span<const LowRank> products)
        : m_graph(graph), m_old(graph.nodes()), m_products(products)
    {
    }

    Graph run()
    {
        m_graph.nodes().clear();
        for (size_t i = 0; i < m_old.size(); ++i) {
            Node node = m_old[i];
            // As late as its reader allows: q, k and v stay neighbours, which fusion makes one node of.
            for (const ValueId id : node.in)
                emitPending(id);
            const ValueId y = adaptedValue(i);
            if (y.valid())
                node.out.front() = prepare(linearOf(i), y);
            m_graph.addNode(std::move(node));
        }
        while (!m_pending.empty())
            emitPending(m_pending.begin()->first);
        return std::move(m_graph);
    }

private:
    bool isAdapted(const Node &node) const
    {
        if (node.op != &kLinearOp || m_graph.value(node.in[1]).kind != ValueKind::Weight)
            return false;
        for (const LowRank &product : m_products) {
            if (product.weight == m_graph.value(node.in[1]).binding)
                return true;
        }
        return false;
    }

    bool addsBiasTo(size_t i, ValueId y) const
    {
        return i < m_old.size() && m_old[i].op == &kAddOp && m_old[i].params.as<AddParams>().broadcast != 0 &&
               m_old[i].in.front() == y;
    }

    bool isBiasOfAdapted(size_t i) const
    {
        return i > 0 && isAdapted(m_old[i - 1]) && addsBiasTo(i, m_old[i - 1].out.front());
    }

    /// The value that node i makes and that gets the products; invalid if none does.
    ValueId adaptedValue(size_t i) const
    {
        const bool here =
            isBiasOfAdapted(i) || (isAdapted(m_old[i]) && !addsBiasTo(i + 1, m_old[i].out.front()));
        return here ? m_old[i].out.front() : ValueId{};
    }

    const Node &linearOf(size_t i) const { return isBiasOfAdapted(i) ? m_old[i - 1] : m_old[i]; }

    ValueId addValue(const Value &like, std::string name, uint32_t cols)
    {
        return m_graph.addValue(
            {std::move(name), ValueKind::Activation, DType::F32, like.rows, cols, like.rowCount, 0});
    }

    /// What LLM.int8() rounded for a linear: adapters see the activation itself.
    ValueId unrounded(ValueId x) const
    {
        for (const Node &node : m_old) {
            if (node.op == &kInt8RoundOp && node.out.front() == x)
                return node.in.front();
        }
        return x;
    }

    /// Keeps the nodes that make `y` from the products; returns the value that they add to.
    ValueId prepare(const Node &linear, ValueId y)
    {
        const Value value = m_graph.value(y); // copies: adding values moves them
        const Value weight = m_graph.value(linear.in[1]);
        std::vector<LowRank> own;
        for (const LowRank &product : m_products) {
            if (product.weight == weight.binding)
                own.push_back(product);
        }
        const ValueId base = addValue(value, value.name + ".base", value.cols);
        const ValueId x = unrounded(linear.in[0]);
        ValueId sum = base;
        std::vector<Node> &nodes = m_pending[y];
        for (size_t k = 0; k < own.size(); ++k) {
            const std::string name = linear.name + ".lora" + std::to_string(k);
            const ValueId a = m_graph.addValue({name + "_a", ValueKind::Weight, DType::F32, own[k].rank,
                                                weight.cols, RowCount::Fixed, own[k].a});
            const ValueId b = m_graph.addValue({name + "_b", ValueKind::Weight, DType::F32, weight.rows,
                                                own[k].rank, RowCount::Fixed, own[k].b});
            const ValueId inner = addValue(value, name + "_inner", own[k].rank);
            const ValueId product = addValue(value, name, value.cols);
            const ValueId next = k + 1 == own.size() ? y : addValue(value, name + "_sum", value.cols);
            nodes.push_back({&kLinearOp, LinearParams{}, {x, a}, {inner}, name + "_a", linear.layer});
            nodes.push_back({&kLinearOp, LinearParams{}, {inner, b}, {product}, name + "_b", linear.layer});
            nodes.push_back({&kAddOp, AddParams{}, {product, sum}, {next}, name + "_add", linear.layer});
            sum = next;
        }
        return base;
    }

    void emitPending(ValueId id)
    {
        const auto it = m_pending.find(id);
        if (it == m_pending.end())
            return;
        const std::vector<Node> nodes = std::move(it->second);
        m_pending.erase(it);
        for (const Node &node : nodes)
            m_graph.addNode(node);
    }

    Graph m_graph;
    std::vector<Node> m_old;
    std::span<const LowRank> m_products;
    std::map<ValueId, std::vector<Node>> m_pending; // by the value that they make
};

} // namespace

Graph addLowRank(const Graph &graph, std::span<const LowRank> products)
{
    return products.empty() ? graph : Inserter(graph, products).run();
}

} // namespace lathe
