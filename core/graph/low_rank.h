// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <span>

namespace lathe {

/// A product of two thin matrices that is added to one weight's linear nodes: W + B · A, by weight bindings.
struct LowRank {
    uint32_t weight = 0; ///< of W (outputs, inputs)
    uint32_t a = 0;      ///< F32 (rank, inputs)
    uint32_t b = 0;      ///< F32 (outputs, rank)
    uint32_t rank = 0;
};

/// The graph with y += (x · Aᵀ) · Bᵀ behind every linear node (and its bias) of each weight, in the order
/// given; several may name one weight. Done before fusion, by linear and add nodes. Value ids and names stay:
/// the value that was y is now the sum, what W alone gives is named "<y>.base".
Graph addLowRank(const Graph &graph, std::span<const LowRank> products);

} // namespace lathe
