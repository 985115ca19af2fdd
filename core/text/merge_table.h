// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lathe {

/// The merges of byte-level BPE: (left id, right id) → rank and the id they make. Open addressing.
class MergeTable
{
public:
    static constexpr uint32_t kNoRank = UINT32_MAX;
    struct Merge {
        uint32_t rank = kNoRank; ///< lower merges first; kNoRank: these two do not merge
        uint32_t id = 0;
    };

    MergeTable() : MergeTable(0) {}
    explicit MergeTable(size_t merges) : m_slots(std::bit_ceil(merges * 2 + 2)) {}

    /// A pair that is there already keeps its rank. No more merges than the constructor was told. False: the
    /// pairs were chosen to make the table slow (chance gives two looks for a pair).
    bool add(uint32_t left, uint32_t right, Merge merge)
    {
        const size_t at = locate(left, right);
        m_looks += (at - homeOf(left, right)) & (m_slots.size() - 1);
        if (m_slots[at].merge.rank == kNoRank)
            m_slots[at] = Slot{left, right, merge};
        return m_looks <= 16 * uint64_t(m_slots.size()) + 4096;
    }

    Merge find(uint32_t left, uint32_t right) const { return m_slots[locate(left, right)].merge; }

private:
    struct Slot {
        uint32_t left = 0;
        uint32_t right = 0;
        Merge merge;
    };

    size_t homeOf(uint32_t left, uint32_t right) const
    {
        uint64_t hash = (uint64_t(left) << 32 | right) * 0x9E3779B97F4A7C15u; // Fibonacci hashing
        hash ^= hash >> 32;
        return hash & (m_slots.size() - 1);
    }

    size_t locate(uint32_t left, uint32_t right) const
    {
        const size_t mask = m_slots.size() - 1;
        size_t at = homeOf(left, right);
        while (m_slots[at].merge.rank != kNoRank && (m_slots[at].left != left || m_slots[at].right != right))
            at = (at + 1) & mask;
        return at;
    }

    std::vector<Slot> m_slots;
    uint64_t m_looks = 0; ///< beyond the first, of all add()s
};

/// Merges neighbours in `ids` until none merge: the pair of lowest rank first, of equal ones the leftmost.
/// Appends the result to `out`; `ids` is left in no particular state.
void mergePairs(const MergeTable &table, std::vector<uint32_t> &ids, std::vector<uint32_t> &out);

} // namespace lathe
