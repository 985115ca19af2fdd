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
        bool singleWord = false; ///< not beside a letter, digit or connector
        bool lstrip = false;     ///< takes the white space before it
        bool rstrip = false;     ///< and after it
    };

    /// An empty spelling is ignored; of repeated ones the first counts.
    explicit SpecialMatcher(std::vector<Entry> entries = {});

    /// Calls `found(begin, length, id)` for the matches in `text` from left to right, without overlap: the
    /// leftmost first, of those that begin at one place the longest. The white space that an entry takes
    /// belongs to its match.
    /// False: spellings and text repeat each other so much that the search was given up; no vocabulary in use
    /// comes near (16 comparisons for a byte of text).
    bool scan(std::string_view text,
              const std::function<void(size_t begin, size_t length, uint32_t id)> &found) const;

private:
    /// The longest entry that `text` begins with, or null. Adds its comparisons to `work`.
    const Entry *longestAt(std::string_view text, uint64_t &work) const;

    std::vector<Entry> m_entries; ///< sorted by spelling, no empty one, none twice
    std::array<bool, 256> m_starts{};
};

} // namespace lathe
