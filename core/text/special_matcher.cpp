// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/special_matcher.h"

#include "core/text/characters.h"

#include <algorithm>

namespace lathe {

namespace {

bool standsAlone(std::string_view text, size_t begin, size_t end)
{
    const bool wordBefore = begin > 0 && isWordCharacter(characterBefore(text.substr(0, begin), begin).code);
    const bool wordAfter = end < text.size() && isWordCharacter(characterAt(text, end).code);
    return !wordBefore && !wordAfter;
}

} // namespace

SpecialMatcher::SpecialMatcher(std::vector<Entry> entries) : m_entries(std::move(entries))
{
    std::erase_if(m_entries, [](const Entry &e) { return e.spelling.empty(); });
    const auto less = [](const Entry &a, const Entry &b) { return a.spelling < b.spelling; };
    const auto same = [](const Entry &a, const Entry &b) { return a.spelling == b.spelling; };
    std::stable_sort(m_entries.begin(), m_entries.end(), less);
    m_entries.erase(std::unique(m_entries.begin(), m_entries.end(), same), m_entries.end());
    for (const Entry &entry : m_entries)
        m_starts[uint8_t(entry.spelling.front())] = true;
}

const SpecialMatcher::Entry *SpecialMatcher::longestAt(std::string_view text, uint64_t &work) const
{
    const Entry *best = nullptr;
    auto first = m_entries.begin(); // [first, last): the entries that agree with text up to `depth`
    auto last = m_entries.end();
    for (size_t depth = 0; depth < text.size() && first != last; ++depth) {
        ++work;
        if (last - first == 1) { // compared at once
            work += first->spelling.size() / 64;
            return text.starts_with(first->spelling) ? &*first : best;
        }
        const uint8_t c = uint8_t(text[depth]);
        first =
            std::partition_point(first, last, [&](const Entry &e) { return uint8_t(e.spelling[depth]) < c; });
        last = std::partition_point(first, last,
                                    [&](const Entry &e) { return uint8_t(e.spelling[depth]) == c; });
        if (first != last && first->spelling.size() == depth + 1)
            best = &*first++;
    }
    return best;
}

bool SpecialMatcher::scan(std::string_view text,
                          const std::function<void(size_t begin, size_t length, uint32_t id)> &found) const
{
    const uint64_t most = 16 * uint64_t(text.size()) + (1 << 20);
    uint64_t work = 0;
    size_t done = 0;
    for (size_t at = 0; at < text.size();) {
        const Entry *match = m_starts[uint8_t(text[at])] ? longestAt(text.substr(at), work) : nullptr;
        if (work > most)
            return false;
        if (!match) {
            ++at;
            continue;
        }
        size_t begin = at;
        size_t end = at + match->spelling.size();
        at = end;
        if (match->singleWord && !standsAlone(text, begin, end))
            continue;
        if (match->lstrip)
            begin -= trailingSpace(text.substr(done, begin - done));
        if (match->rstrip)
            end += leadingSpace(text.substr(end));
        found(begin, end - begin, match->id);
        at = done = end;
    }
    return true;
}

} // namespace lathe
