// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights.h"

namespace lathe {

void WeightTable::add(int layer, Role role, WeightSource source)
{
    m_index[{layer, role}] = count();
    m_entries.push_back({layer, role, std::move(source)});
}

std::optional<uint32_t> WeightTable::find(int layer, Role role) const
{
    const auto it = m_index.find({layer, role});
    return it == m_index.end() ? std::nullopt : std::optional(it->second);
}

std::optional<uint32_t> WeightTable::findName(std::string_view name) const
{
    for (uint32_t i = 0; i < count(); ++i) {
        if (m_entries[i].source.name == name)
            return i;
    }
    return std::nullopt;
}

} // namespace lathe
