// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/hazards.h"

#include <algorithm>

namespace lathe::gpu {

bool HazardTracker::conflicts(std::span<const RangeUse> uses) const
{
    const auto clash = [](const RangeUse &a, const RangeUse &b) {
        const bool overlap = a.block == b.block && a.begin < b.end && b.begin < a.end;
        return overlap && (a.writes || b.writes);
    };
    return std::ranges::any_of(uses, [&](const RangeUse &use) {
        return std::ranges::any_of(m_uses, [&](const RangeUse &earlier) { return clash(earlier, use); });
    });
}

void HazardTracker::add(std::span<const RangeUse> uses)
{
    m_uses.insert(m_uses.end(), uses.begin(), uses.end());
}

} // namespace lathe::gpu
