// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/merge_table.h"

#include <array>
#include <functional>
#include <queue>
#include <span>
#include <tuple>

namespace lathe {

namespace {

/// Up to here merging rescans the word for its best pair, beyond it keeps a heap: quadratic, but faster.
constexpr size_t kShortWord = 32;

void mergeShort(const MergeTable &table, std::vector<uint32_t> &ids, std::vector<uint32_t> &out)
{
    std::array<MergeTable::Merge, kShortWord> merges; // of ids[i] with ids[i + 1]
    size_t count = ids.size();
    for (size_t i = 0; i + 1 < count; ++i)
        merges[i] = table.find(ids[i], ids[i + 1]);
    while (count > 1) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < count; ++i)
            if (merges[i].rank < merges[best].rank)
                best = i;
        if (merges[best].rank == MergeTable::kNoRank)
            break;
        ids[best] = merges[best].id;
        for (size_t i = best + 1; i + 1 < count; ++i) {
            ids[i] = ids[i + 1];
            merges[i - 1] = merges[i];
        }
        --count;
        if (best + 1 < count)
            merges[best] = table.find(ids[best], ids[best + 1]);
        if (best > 0)
            merges[best - 1] = table.find(ids[best - 1], ids[best]);
    }
    out.insert(out.end(), ids.begin(), ids.begin() + ptrdiff_t(count));
}

void mergeLong(const MergeTable &table, std::span<const uint32_t> ids, std::vector<uint32_t> &out)
{
    constexpr uint32_t kNone = UINT32_MAX;
    struct Symbol {
        uint32_t id, previous, next;
    };
    struct Candidate {
        uint32_t rank, left;
        uint32_t leftId, rightId, id; ///< stale once either neighbour has changed

        bool operator>(const Candidate &o) const { return std::tie(rank, left) > std::tie(o.rank, o.left); }
    };
    std::vector<Symbol> symbols(ids.size());
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    const auto consider = [&](uint32_t left) {
        const uint32_t right = left == kNone ? kNone : symbols[left].next;
        if (right == kNone)
            return;
        const auto merge = table.find(symbols[left].id, symbols[right].id);
        if (merge.rank != MergeTable::kNoRank)
            queue.push({merge.rank, left, symbols[left].id, symbols[right].id, merge.id});
    };
    for (uint32_t i = 0; i < symbols.size(); ++i)
        symbols[i] = {ids[i], i == 0 ? kNone : i - 1, i + 1 == symbols.size() ? kNone : i + 1};
    for (uint32_t i = 0; i < symbols.size(); ++i)
        consider(i);
    while (!queue.empty()) {
        const Candidate c = queue.top();
        queue.pop();
        Symbol &left = symbols[c.left];
        if (left.id != c.leftId || left.next == kNone || symbols[left.next].id != c.rightId)
            continue;
        Symbol &right = symbols[left.next];
        left.id = c.id;
        right.id = kNone; // so that a candidate that begins here is stale
        left.next = right.next;
        if (left.next != kNone)
            symbols[left.next].previous = c.left;
        consider(left.previous);
        consider(c.left);
    }
    for (uint32_t at = 0; at != kNone; at = symbols[at].next)
        out.push_back(symbols[at].id);
}

} // namespace

void mergePairs(const MergeTable &table, std::vector<uint32_t> &ids, std::vector<uint32_t> &out)
{
    if (ids.size() <= kShortWord)
        mergeShort(table, ids, out);
    else
        mergeLong(table, ids, out);
}

} // namespace lathe
