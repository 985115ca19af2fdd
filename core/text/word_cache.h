// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace lathe {

/// Remembers where in the output the ids of recent words stand. A word is looked up by its bytes, which stay
/// where they are as long as the cache lives; what is in the output stays too.
class WordCache
{
public:
    explicit WordCache(size_t textBytes)
        : m_slots(std::bit_ceil(std::clamp<size_t>(textBytes / 8, 16, 16384)))
    {
    }

    /// Appends the ids of `word` to `out` if they are known.
    bool append(std::string_view word, std::vector<uint32_t> &out)
    {
        const Slot known = slot(word);
        if (known.word != word || word.empty())
            return false;
        const size_t begin = out.size();
        out.resize(begin + known.count);
        std::copy_n(out.begin() + ptrdiff_t(known.begin), known.count, out.begin() + ptrdiff_t(begin));
        return true;
    }

    /// The ids of `word` are those in `out` from `begin` on.
    void remember(std::string_view word, size_t begin, const std::vector<uint32_t> &out)
    {
        slot(word) = {word, begin, out.size() - begin};
    }

private:
    struct Slot {
        std::string_view word;
        size_t begin = 0; ///< of its ids in the output
        size_t count = 0;
    };
    Slot &slot(std::string_view word)
    {
        return m_slots[std::hash<std::string_view>()(word) & (m_slots.size() - 1)];
    }

    std::vector<Slot> m_slots;
};

} // namespace lathe
