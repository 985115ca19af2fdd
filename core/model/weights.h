// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/backend.h"
#include "core/model/config.h"

#include <map>
#include <optional>

namespace lathe {

/// The tensors of a model by layer and role, each with its number (the weight binding of every graph of the
/// model). Layer −1 holds what stands outside the layers.
class WeightTable
{
public:
    struct Entry {
        int layer = -1;
        Role role = Role::Embedding;
        WeightSource source;
    };

    /// Adds a tensor; its number is the count of those before.
    void add(int layer, Role role, WeightSource source);

    /// The number of a tensor, or nothing if the model has none of that role there.
    std::optional<uint32_t> find(int layer, Role role) const;
    const Entry &entry(uint32_t number) const { return m_entries[number]; }
    uint32_t count() const { return uint32_t(m_entries.size()); }
    /// The number of the tensor with that name in the file.
    std::optional<uint32_t> findName(std::string_view name) const;

private:
    std::vector<Entry> m_entries;
    std::map<std::pair<int, Role>, uint32_t> m_index;
};

} // namespace lathe
