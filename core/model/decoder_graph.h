// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"
#include "core/model/config.h"
#include "core/model/weights.h"

namespace lathe {

/// The sizes a program is compiled for. Fewer live tokens, outputs and keys are always fine.
struct ShapeClass {
    uint32_t tokens = 1;
    uint32_t outputs = 1;
    uint32_t keyBound = 0; ///< no token sees more keys
    auto operator<=>(const ShapeClass &) const = default;
};

/// Layers first … last − 1 of a model, as one device holds them.
struct LayerRange {
    uint32_t first = 0;
    uint32_t last = 0;
    auto operator<=>(const LayerRange &) const = default;
};

/// The cache that a graph reads and writes: per layer a K and a V state of (slots·context, kvHeads·headDim).
struct CacheShape {
    DType type = DType::F32;
    uint32_t slots = 1;
    uint32_t context = 0;
};

/// Input bindings of a part's graph, in the order of Program::Step::inputs.
struct DecoderInputs {
    static constexpr uint32_t kTokens = 0;  ///< I32 (tokens, kTokenColumns)
    static constexpr uint32_t kRotary = 1;  ///< F32 (tokens, ropeDim)
    static constexpr uint32_t kOutputs = 2; ///< I32 (outputs, 1): rows whose logits are wanted
    static constexpr uint32_t kHidden = 3;  ///< F32 (tokens, hidden), parts after the first
};

struct DecoderGraph {
    Graph graph;
    ValueId result; ///< logits (outputs, vocabulary) of the last part, else hidden (tokens, hidden)
};

/// The primitive graph of one part: embedding in the first, norm and head in the last. Weight bindings are
/// those of `weights`, state bindings 2·(layer − first) for K and + 1 for V. Nodes are named by their weight
/// ("blk.3.attn_q") or by layer and role ("blk.3.attention"), values by the node that makes them.
DecoderGraph buildDecoderGraph(const ModelConfig &config, const WeightTable &weights, LayerRange range,
                               const ShapeClass &shape, const CacheShape &cache);

} // namespace lathe
