// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// Finds the spellings of a set of tokens in a text: a sorted list, narrowed byte by byte.
class SpecialMatcher
{
public:
    struct Entry {
        std::string spelling;
        uint32_t id = 0;
    };

    /// An empty spelling is ignored; of repeated ones the first counts.
    explicit SpecialMatcher(std::vector<Entry> entries = {});

    /// Calls `found(begin, length, id)` for the matches in `text` from left to right, without overlap: the
    /// leftmost first, of those that begin at one place the longest.
    void scan(std::string_view text,
              const std::function<void(size_t begin, size_t length, uint32_t id)> &found) const;

private:
    /// The longest entry that `text` begins with, or null.
    const Entry *longestAt(std::string_view text) const;

    std::vector<Entry> m_entries; ///< sorted by spelling, no empty one, none twice
    std::array<bool, 256> m_starts{};
};

} // namespace lathe
