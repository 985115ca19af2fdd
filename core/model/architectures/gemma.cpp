// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/rules.h"

namespace lathe {

namespace {

/// Norms before and after attention and feed-forward part. In folders the weight is 1 + the tensor, in GGUF
/// files 1 is added already.
constexpr std::array kPlainNorms{
    TensorRule{"blk.{}.attn_norm.weight", "model.layers.{}.input_layernorm.weight", Role::AttentionNorm,
               Extent::One, Extent::Hidden},
    TensorRule{"blk.{}.ffn_norm.weight", "model.layers.{}.pre_feedforward_layernorm.weight",
               Role::FeedForwardNorm, Extent::One, Extent::Hidden},
};
constexpr auto kNorms =
    rules::withForm(rules::join(rules::kOutputNorm, kPlainNorms, rules::kPostNorms), HfForm::PlusOne);

constexpr auto kGemma2Tensors =
    rules::join(rules::kEnds, kNorms, rules::kAttention, rules::kAttentionBiases, rules::kGatedMlp);
constexpr std::array<std::string_view, 1> kGemma2Types{"gemma2"};

constexpr auto kGemma3Tensors =
    rules::join(rules::kEnds, kNorms, rules::kAttention, rules::kAttentionBiases,
                rules::withForm(rules::kHeadNorms, HfForm::PlusOne), rules::kGatedMlp);
constexpr std::array<std::string_view, 1> kGemma3Types{"gemma3_text"};

} // namespace

/// Gemma Team 2024: every second layer has a window; soft caps. The 27B model (46 layers) scales q·k by
/// 1/√(hidden / heads), which its GGUF files do not say.
const Architecture kGemma2{.ggufName = "gemma2",
                           .hfModelTypes = kGemma2Types,
                           .tensors = kGemma2Tensors,
                           .activation = Activation::GeluTanh,
                           .scaledEmbedding = true,
                           .windowPeriod = 2,
                           .window = 4096,
                           .attentionSoftcap = 50,
                           .logitSoftcap = 30,
                           .wideScaleLayers = 46,
                           .refused = rules::kRefusedDense,
                           .hfIgnored = rules::kIgnoredFrequencies};

/// Gemma Team 2025: five layers of six have a window and a rotary base of their own; norms of q and k. The
/// 27B model has 62 layers.
const Architecture kGemma3{.ggufName = "gemma3",
                           .hfModelTypes = kGemma3Types,
                           .tensors = kGemma3Tensors,
                           .activation = Activation::GeluTanh,
                           .scaledEmbedding = true,
                           .windowPeriod = 6,
                           .localRopeBase = 10000,
                           .wideScaleLayers = 62,
                           .refused = rules::kRefusedDense,
                           .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
