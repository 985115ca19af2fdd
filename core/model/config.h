// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear/linear.h"
#include "core/ops/rope/rope.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lathe {

enum class RopeScaling : uint8_t { None, Linear, Llama3, Yarn };

/// Rotary settings; inverse frequencies follow from them (core/model/rotary.h).
struct RopeConfig {
    double base = 10000.0;
    uint32_t dim = 0; ///< rotated columns of a head
    RopeStyle style = RopeStyle::Interleaved;
    RopeScaling scaling = RopeScaling::None;
    double factor = 1.0;
    uint32_t originalContext = 0;                   ///< Llama3, Yarn
    double lowFrequency = 1.0, highFrequency = 4.0; ///< Llama3
    double betaFast = 32.0, betaSlow = 1.0;         ///< Yarn
    double attentionFactor = 0.0;                   ///< Yarn; 0: 0.1 ln(factor) + 1
    std::vector<float> frequencyFactors;            ///< per pair, from GGUF's rope_freqs.weight; divides
};

/// One decoder layer. Shapes may differ by layer (per-layer arrays in GGUF).
struct LayerConfig {
    uint32_t heads = 0;
    uint32_t kvHeads = 0;
    uint32_t feedForward = 0;
    uint32_t window = 0; ///< 0: full attention
};

/// The one decoder, described by data (design.md §7). All sizes are checked by whoever makes it.
struct ModelConfig {
    std::string architecture; ///< "llama"
    std::string name;         ///< general.name, else the file's stem
    uint32_t hidden = 0;
    uint32_t headDim = 0;
    uint32_t vocabulary = 0;
    uint32_t contextTrained = 0;
    float normEps = 1e-5f;
    Activation activation = Activation::Silu;
    RopeConfig rope;
    bool tied = false; ///< the output head is the embedding
    std::vector<LayerConfig> layers;
};

/// What a tensor does in the decoder. The names in files come from the architecture's table.
enum class Role : uint8_t {
    Embedding,
    OutputNorm,
    Output,
    RopeFactors,
    AttentionNorm,
    Query,
    Key,
    Value,
    AttentionOutput,
    FeedForwardNorm,
    Gate,
    Up,
    Down,
    QueryBias,
    KeyBias,
    ValueBias,
    AttentionOutputBias,
    GateBias,
    UpBias,
    DownBias,
    Count
};

} // namespace lathe
