// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear/linear.h"
#include "core/ops/rope/rope.h"

#include <cstdint>
#include <optional>
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
    uint32_t originalContext = 0;                   ///< Llama3, Yarn, longFactors
    double lowFrequency = 1.0, highFrequency = 4.0; ///< Llama3
    double betaFast = 32.0, betaSlow = 1.0;         ///< Yarn
    double attentionFactor = 0.0; ///< of cosines and sines; 0: 1, with Yarn 0.1 ln(factor) + 1
    std::vector<float>
        frequencyFactors;           ///< per pair; divide. GGUF's rope_freqs.weight, LongRoPE's short ones
    std::vector<float> longFactors; ///< in their place in a cache over originalContext (LongRoPE)
};

/// One decoder layer. Shapes may differ by layer (per-layer arrays in GGUF).
struct LayerConfig {
    uint32_t heads = 0;
    uint32_t kvHeads = 0;
    uint32_t feedForward = 0;
    uint32_t window = 0;    ///< 0: full attention
    bool localRope = false; ///< turns by ModelConfig::localRope
    bool experts = false;   ///< the feed-forward part is a mixture of experts
};

/// What the router's kernel can do.
inline constexpr uint32_t kMaxExperts = 1024, kMaxUsedExperts = 16;

/// Mixture of experts (Shazeer et al. 2017): the `used` experts with the largest softmax of the router.
struct ExpertConfig {
    uint32_t count = 0; ///< 0: none
    uint32_t used = 0;
    uint32_t feedForward = 0;       ///< of one expert
    uint32_t sharedFeedForward = 0; ///< of the expert that sees every token; 0: none
    bool normalise = true;          ///< the chosen weights are scaled to the sum 1
    float scale = 1.0f;             ///< and then by this
};

enum class NormKind : uint8_t { Rms, Layer };

/// The one decoder, described by data (design.md §7). All sizes are checked by whoever makes it.
struct ModelConfig {
    std::string architecture; ///< "llama"
    std::string name;         ///< general.name, else the file's stem
    uint32_t hidden = 0;
    uint32_t headDim = 0;
    uint32_t vocabulary = 0;
    uint32_t contextTrained = 0;
    NormKind norm = NormKind::Rms;
    float normEps = 1e-5f;
    Activation activation = Activation::Silu;
    RopeConfig rope;                     ///< dim 0: no rotary embedding
    std::optional<RopeConfig> localRope; ///< of layers with LayerConfig::localRope; dim and style as rope's
    bool parallelResidual = false;       ///< attention and feed-forward part read the same residual stream
    float embeddingScale = 1.0f;
    float attentionScale = 0.0f;   ///< of q·k; 0: 1/√headDim
    float attentionSoftcap = 0.0f; ///< 0: none
    float logitSoftcap = 0.0f;     ///< 0: none
    ExpertConfig experts;
    bool tied = false; ///< the output head is the embedding
    std::vector<LayerConfig> layers;
};

/// What a tensor does in the decoder. The names in files come from the architecture's table.
enum class Role : uint8_t {
    Embedding,
    PositionEmbedding,
    OutputNorm,
    OutputNormBias,
    Output,
    RopeFactors,
    RopeLongFactors,
    RopeShortFactors,
    AttentionNorm,
    AttentionNormBias,
    Query,
    Key,
    Value,
    QueryNorm, ///< of each head, or of the whole row: as wide as the tensor is
    KeyNorm,
    AttentionOutput,
    PostAttentionNorm,
    FeedForwardNorm,
    FeedForwardNormBias,
    Gate,
    Up,
    Down,
    PostFeedForwardNorm,
    QueryBias,
    KeyBias,
    ValueBias,
    AttentionOutputBias,
    GateBias,
    UpBias,
    DownBias,
    Router,
    GateExperts, ///< all experts, one after another
    UpExperts,
    DownExperts,
    SharedRouter,
    SharedGate,
    SharedUp,
    SharedDown,
    Count
};

/// The canonical name of a tensor, GGUF's spelling of its role: "blk.3.attn_q.weight".
std::string tensorName(int layer, Role role);

} // namespace lathe
