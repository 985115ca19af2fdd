// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"
#include "core/model/config.h"
#include "core/model/weights.h"

#include <optional>

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

/// How the inputs of LLM.int8() weights are rounded (core/ops/int8_round/int8_round.h).
struct Int8Rounding {
    bool activations = true;        ///< false: only the weights are in 8 bits
    bool columnsOfBatch = false;    ///< outlier columns of all rows of a step together, as bitsandbytes
    std::optional<float> threshold; ///< in the place of the folder's; 0: no outliers
};

/// What an input binding of a part's graph holds.
enum class DecoderInput : uint8_t {
    Tokens,      ///< I32 (tokens, kTokenColumns)
    Outputs,     ///< I32 (outputs, 1): rows whose logits are wanted
    Rotary,      ///< F32 (tokens, ropeDim), where the model has rotary embeddings
    LocalRotary, ///< the same for the layers with a base of their own
    Hidden,      ///< F32 (tokens, hidden), parts after the first
};

struct DecoderGraph {
    Graph graph;
    ValueId result; ///< logits (outputs, vocabulary) of the last part, else hidden (tokens, hidden)
    std::vector<DecoderInput> inputs; ///< by binding, as Program::Step::inputs
};

/// The primitive graph of one part: embedding in the first, norm and head in the last. Weight bindings are
/// those of `weights`, state bindings 2·(layer − first) for K and + 1 for V. Nodes are named by their weight
/// ("blk.3.attn_q") or by layer and role ("blk.3.attention"), values by the node that makes them.
DecoderGraph buildDecoderGraph(const ModelConfig &config, const WeightTable &weights, LayerRange range,
                               const ShapeClass &shape, const CacheShape &cache,
                               const Int8Rounding &int8 = {});

} // namespace lathe
