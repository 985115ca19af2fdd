// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/rules.h"

namespace lathe {

namespace {

/// Llama 1–3.x, SmolLM, TinyLlama, Mistral (a window), Mixtral (experts) as llama.cpp converts them (Touvron
/// et al. 2023; Jiang et al. 2023, 2024; ggml docs/gguf.md).
constexpr std::array kMlpBiases{
    TensorRule{"blk.{}.ffn_gate.bias", "model.layers.{}.mlp.gate_proj.bias", Role::GateBias, Extent::One,
               Extent::FeedForward, false},
    TensorRule{"blk.{}.ffn_up.bias", "model.layers.{}.mlp.up_proj.bias", Role::UpBias, Extent::One,
               Extent::FeedForward, false},
    TensorRule{"blk.{}.ffn_down.bias", "model.layers.{}.mlp.down_proj.bias", Role::DownBias, Extent::One,
               Extent::Hidden, false},
};
constexpr auto kExperts = rules::experts("model.layers.{}.block_sparse_moe.gate.weight",
                                         "model.layers.{}.block_sparse_moe.experts.{}.w1.weight",
                                         "model.layers.{}.block_sparse_moe.experts.{}.w3.weight",
                                         "model.layers.{}.block_sparse_moe.experts.{}.w2.weight");
constexpr auto kTensors = rules::join(rules::kEnds, rules::kOutputNorm, rules::kPreNorms, rules::kAttention,
                                      rules::kAttentionBiases, rules::kGatedMlp, kMlpBiases, kExperts);
constexpr std::array<std::string_view, 3> kModelTypes{"llama", "mistral", "mixtral"};

} // namespace

const Architecture kLlama{.ggufName = "llama",
                          .hfModelTypes = kModelTypes,
                          .tensors = kTensors,
                          .ggufRope = RopeStyle::Interleaved,
                          .refused = rules::kRefused,
                          .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
