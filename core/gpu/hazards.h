// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lathe::gpu {

/// What a command does with the bytes begin…end of one memory block.
struct RangeUse {
    uint64_t block = 0; ///< identity of the block
    uint64_t begin = 0;
    uint64_t end = 0;
    bool reads = false;
    bool writes = false;
};

/// Remembers the uses since the last barrier. A barrier is global, so it clears everything.
class HazardTracker
{
public:
    /// Whether a command with these uses must not start before the remembered ones are done: read after
    /// write, write after read or write after write on overlapping bytes.
    bool conflicts(std::span<const RangeUse> uses) const;
    void add(std::span<const RangeUse> uses);
    void clear() { m_uses.clear(); }

private:
    std::vector<RangeUse> m_uses;
};

} // namespace lathe::gpu
