// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/adapter_targets.h"

#include "core/model/architecture.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

constexpr std::array kLinearRoles{Role::Output,          Role::Query,        Role::Key,        Role::Value,
                                  Role::AttentionOutput, Role::Gate,         Role::Up,         Role::Down,
                                  Role::Router,          Role::SharedRouter, Role::SharedGate, Role::SharedUp,
                                  Role::SharedDown};

class Lister
{
public:
    Lister(const ModelFile &model, const Architecture &architecture, LoraFile::Kind kind)
        : m_model(model), m_architecture(architecture), m_kind(kind)
    {
    }

    std::multimap<std::string, AdapterTarget> list()
    {
        for (const TensorRule &rule : m_architecture.tensors) {
            const std::string_view name = peft() ? rule.hfName : rule.ggufName;
            if (name.empty() || std::ranges::find(kLinearRoles, rule.role) == kLinearRoles.end())
                continue;
            const bool layered = tensorName(0, rule.role).starts_with("blk.");
            const int layers = int(m_model.config().layers.size());
            for (int layer = layered ? 0 : -1; layer < (layered ? layers : 0); ++layer)
                add(rule, layer, numbered(name, uint64_t(std::max(layer, 0))));
        }
        return std::move(m_targets);
    }

private:
    bool peft() const { return m_kind == LoraFile::Kind::Peft; }

    void add(const TensorRule &rule, int layer, std::string name)
    {
        const auto number = m_model.weights().find(layer, rule.role);
        if (!number)
            return;
        const WeightSource &source = m_model.weights().entry(*number).source;
        const PartRows part = partRows(m_model.config(), layer, rule.part, source.rows);
        if (part.count != source.rows)
            return;
        AdapterTarget target{*number, {}, part.total};
        for (uint32_t row = 0; row < source.rows; ++row)
            target.rows.push_back(inTarget(rule, part, inFileOrder(rule.role, row)));
        if (peft()) {
            if (!name.ends_with(".weight"))
                return;
            name.resize(name.size() - 7);
            // Also without the prefix, as some folders have it.
            if (!m_architecture.hfPrefix.empty() && name.starts_with(m_architecture.hfPrefix))
                m_targets.emplace(name.substr(m_architecture.hfPrefix.size()), target);
        }
        m_targets.emplace(std::move(name), std::move(target));
    }

    /// The row of a weight as the adapter's kind of file orders rotary pairs: side by side (2j, 2j + 1) or by
    /// halves of the head (j, j + d/2).
    uint32_t inFileOrder(Role role, uint32_t row) const
    {
        const RopeConfig &rope = m_model.config().rope;
        const RopeStyle style = peft() ? RopeStyle::Halves : m_architecture.ggufRope;
        if ((role != Role::Query && role != Role::Key) || rope.dim == 0 || style == rope.style)
            return row;
        const uint32_t width = m_model.config().headDim, i = row % width, half = width / 2;
        const uint32_t other =
            style == RopeStyle::Halves ? (i % 2) * half + i / 2 : 2 * (i % half) + i / half;
        return row - i + other;
    }

    uint32_t inTarget(const TensorRule &rule, const PartRows &part, uint32_t row) const
    {
        if (!peft() || rule.hfForm != HfForm::PerHead || rule.part == Part::Whole)
            return uint32_t(part.first) + row;
        const uint32_t width = m_model.config().headDim;
        const uint32_t which = uint32_t(rule.part) - uint32_t(Part::Query);
        return (row / width * 3 + which) * width + row % width;
    }

    const ModelFile &m_model;
    const Architecture &m_architecture;
    LoraFile::Kind m_kind;
    std::multimap<std::string, AdapterTarget> m_targets;
};

} // namespace

std::multimap<std::string, AdapterTarget> adapterTargets(const ModelFile &model, LoraFile::Kind kind)
{
    const Architecture *architecture = findGgufArchitecture(model.config().architecture);
    if (!architecture)
        return {};
    return Lister(model, *architecture, kind).list();
}

} // namespace lathe
