// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/graph.h"

namespace lathe {

ValueId Graph::addValue(Value value)
{
    m_values.push_back(std::move(value));
    return {uint32_t(m_values.size() - 1)};
}

NodeId Graph::addNode(Node node)
{
    m_nodes.push_back(std::move(node));
    return {uint32_t(m_nodes.size() - 1)};
}

void Graph::retypeWeight(uint32_t binding, DType type)
{
    for (Value &value : m_values) {
        if (value.kind == ValueKind::Weight && value.binding == binding)
            value.type = type;
    }
}

ValueId Graph::findValue(std::string_view name) const
{
    for (uint32_t i = 0; i < m_values.size(); ++i) {
        if (m_values[i].name == name)
            return {i};
    }
    return {};
}

ValueId Graph::inputOf(std::string_view nodeName) const
{
    for (const Node &node : m_nodes) {
        if (node.name == nodeName)
            return node.in.front();
    }
    return {};
}

ValueId GraphBuilder::input(std::string name, DType type, uint32_t rows, uint32_t cols, RowCount rowCount)
{
    return m_graph.addValue({std::move(name), ValueKind::Input, type, rows, cols, rowCount, m_inputs++});
}

ValueId GraphBuilder::weight(std::string name, DType type, uint32_t rows, uint32_t cols, uint32_t binding)
{
    return m_graph.addValue({std::move(name), ValueKind::Weight, type, rows, cols, RowCount::Fixed, binding});
}

ValueId GraphBuilder::state(std::string name, DType type, uint32_t rows, uint32_t cols, uint32_t binding)
{
    return m_graph.addValue({std::move(name), ValueKind::State, type, rows, cols, RowCount::Fixed, binding});
}

ValueId GraphBuilder::apply(const OpDef &op, const ParamBlob &params, std::vector<ValueId> in, uint32_t cols,
                            ValueId like, std::string name)
{
    const Value &source = m_graph.value(like);
    const ValueId out =
        m_graph.addValue({name, ValueKind::Activation, DType::F32, source.rows, cols, source.rowCount, 0});
    m_graph.addNode({&op, params, std::move(in), {out}, std::move(name), m_layer});
    return out;
}

void GraphBuilder::applyTo(const OpDef &op, const ParamBlob &params, std::vector<ValueId> in,
                           std::vector<ValueId> states, std::string name)
{
    m_graph.addNode({&op, params, std::move(in), std::move(states), std::move(name), m_layer});
}

} // namespace lathe
