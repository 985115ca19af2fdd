// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace lathe {

/// An index into one table of a graph; indexes of different tables do not mix.
template <class Tag> struct Index {
    uint32_t value = UINT32_MAX;
    auto operator<=>(const Index &) const = default;
    bool valid() const { return value != UINT32_MAX; }
};
using ValueId = Index<struct ValueTag>;
using NodeId = Index<struct NodeTag>;

enum class ValueKind : uint8_t {
    Input,      ///< filled by the caller before each step
    Activation, ///< made by one node, lives in the arena
    Weight,     ///< bound when the program is compiled; never written
    State,      ///< a cache: bound when the program is compiled, kept between steps
};

/// A 2-D tensor of the graph. Of `rows` (the shape class) the first live ones count, see RowCount.
struct Value {
    std::string name;
    ValueKind kind = ValueKind::Activation;
    DType type = DType::F32;
    uint32_t rows = 0;
    uint32_t cols = 0;
    RowCount rowCount = RowCount::Fixed;
    uint32_t binding = 0; ///< Input, Weight, State: its number among those of its kind
};

/// One op applied to values. `name` is the weight's base name ("blk.3.attn_q") or says what it does
/// ("blk.3.attention").
struct Node {
    const OpDef *op = nullptr;
    ParamBlob params;
    std::vector<ValueId> in;
    std::vector<ValueId> out;
    std::string name;
    int layer = -1; ///< −1 outside the layers
};

/// One graph for one shape class, nodes in an order in which they can run. Passes return a new graph with the
/// same value ids, so that a value can be named across passes.
class Graph
{
public:
    ValueId addValue(Value value);
    NodeId addNode(Node node);

    const Value &value(ValueId id) const { return m_values[id.value]; }
    const std::vector<Value> &values() const { return m_values; }
    const std::vector<Node> &nodes() const { return m_nodes; }
    std::vector<Node> &nodes() { return m_nodes; }

    /// The values that the caller reads after a step.
    const std::vector<ValueId> &outputs() const { return m_outputs; }
    void addOutput(ValueId id) { m_outputs.push_back(id); }

    /// A weight that stands in for another one may be stored in another type.
    void retypeWeight(uint32_t binding, DType type);

    /// The value of that name, or an invalid id.
    ValueId findValue(std::string_view name) const;
    /// The input (first operand) of the node of that name: what a capture at a linear returns.
    ValueId inputOf(std::string_view nodeName) const;

private:
    std::vector<Value> m_values;
    std::vector<Node> m_nodes;
    std::vector<ValueId> m_outputs;
};

/// Builds a graph node by node; the layer given last is noted in each node.
class GraphBuilder
{
public:
    ValueId input(std::string name, DType type, uint32_t rows, uint32_t cols, RowCount rowCount);
    ValueId weight(std::string name, DType type, uint32_t rows, uint32_t cols, uint32_t binding);
    ValueId state(std::string name, DType type, uint32_t rows, uint32_t cols, uint32_t binding);
    /// A node with one F32 output of `cols` columns and the rows of its row-giving operand `like`.
    ValueId apply(const OpDef &op, const ParamBlob &params, std::vector<ValueId> in, uint32_t cols,
                  ValueId like, std::string name);
    /// A node that writes states and has no value of its own.
    void applyTo(const OpDef &op, const ParamBlob &params, std::vector<ValueId> in,
                 std::vector<ValueId> states, std::string name);
    void setLayer(int layer) { m_layer = layer; }
    Graph &graph() { return m_graph; }
    Graph take() { return std::move(m_graph); }

private:
    Graph m_graph;
    uint32_t m_inputs = 0;
    int m_layer = -1;
};

} // namespace lathe
