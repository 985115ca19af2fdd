// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <set>

namespace lathe {

/// Where each activation and input of a graph lies in one arena.
struct ArenaPlan {
    static constexpr uint64_t kNone = UINT64_MAX;
    std::vector<uint64_t> offset; ///< bytes, by value id; kNone for weights, states and values of no node
    std::vector<uint64_t> bytes;  ///< by value id
    uint64_t totalBytes = 0;
};

/// First fit by descending size over lifetimes in node order; offsets are multiples of `alignment`. Inputs
/// live from the start; inputs, outputs and `keep` live to the end, so that they can be read after the step.
ArenaPlan planArena(const Graph &graph, const std::set<ValueId> &keep, uint64_t alignment = 256);

} // namespace lathe
