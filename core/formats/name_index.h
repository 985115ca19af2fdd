// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace lathe {

/// Finds the names of a file, which the file owns: a sorted list, so that no choice of names makes it slow.
class NameIndex
{
public:
    NameIndex() = default;
    explicit NameIndex(const std::vector<std::string_view> &names)
    {
        m_sorted.reserve(names.size());
        for (const std::string_view name : names)
            m_sorted.emplace_back(name, uint32_t(m_sorted.size()));
        std::sort(m_sorted.begin(), m_sorted.end());
    }

    /// The place of `name` in the list that was given.
    std::optional<uint32_t> find(std::string_view name) const
    {
        const auto at = std::lower_bound(m_sorted.begin(), m_sorted.end(), std::pair(name, uint32_t(0)));
        if (at == m_sorted.end() || at->first != name)
            return std::nullopt;
        return at->second;
    }

    /// A name that is there twice.
    std::optional<std::string_view> duplicate() const
    {
        const auto at = std::adjacent_find(m_sorted.begin(), m_sorted.end(),
                                           [](const auto &a, const auto &b) { return a.first == b.first; });
        return at == m_sorted.end() ? std::nullopt : std::optional(at->first);
    }

private:
    std::vector<std::pair<std::string_view, uint32_t>> m_sorted;
};

} // namespace lathe
