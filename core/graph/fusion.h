// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <functional>
#include <set>

namespace lathe {

/// What the fusion pass may do for one program.
struct FusionOptions {
    bool enabled = true;
    /// Fold an RMS norm into the linears that read it. Pays where a linear sees few tokens (decode).
    bool foldNorm = true;
    /// Whether these weights (in this order) lie in one binding of the device, so that one kernel can read
    /// them all. Unset: any may be grouped.
    std::function<bool(std::span<const ValueId>)> grouped;
    /// Values that must stay readable (captures); no pattern may swallow them.
    std::set<ValueId> keep;
};

/// The graph with patterns of primitive nodes replaced by fused nodes, value ids unchanged:
///   linear → add(bias), linear → add(residual), linear + linear → glu, several linears over one input,
///   rms_norm → those linears, rope + rope → cache_write.
Graph fuse(const Graph &graph, const FusionOptions &options);

} // namespace lathe
