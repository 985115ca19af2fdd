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

constexpr std::array kLlamaDefaults{HfDefault{"rms_norm_eps", 1e-6}, HfDefault{"rope_theta", 1e4},
                                    HfDefault{"tie_word_embeddings", 0},
                                    HfDefault{"max_position_embeddings", 2048}};
constexpr std::array kMistralDefaults{
    HfDefault{"rms_norm_eps", 1e-6},     HfDefault{"rope_theta", 1e4},
    HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 131072},
    HfDefault{"num_key_value_heads", 8}, HfDefault{"sliding_window", 4096}};
constexpr std::array kMixtralDefaults{
    HfDefault{"rms_norm_eps", 1e-5},     HfDefault{"rope_theta", 1e6},
    HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 131072},
    HfDefault{"num_key_value_heads", 8}, HfDefault{"num_experts_per_tok", 2},
    HfDefault{"num_experts", 8}};
constexpr std::array kMixtralSpellings{HfSpelling{"hidden_activation", "hidden_act"},
                                       HfSpelling{"num_experts", "num_local_experts"}};
constexpr std::array kFamilies{HfFamily{.modelType = "llama",
                                        .className = "LlamaForCausalLM",
                                        .spellings = rules::kSpellings,
                                        .defaults = kLlamaDefaults,
                                        .qkvBiases = HfBiases::AttentionBias,
                                        .outputBiases = HfBiases::AttentionBias,
                                        .mlpBiases = HfBiases::MlpBias},
                               HfFamily{.modelType = "mistral",
                                        .className = "MistralForCausalLM",
                                        .spellings = rules::kSpellings,
                                        .defaults = kMistralDefaults,
                                        .windows = HfWindows::All},
                               HfFamily{.modelType = "mixtral",
                                        .className = "MixtralForCausalLM",
                                        .spellings = kMixtralSpellings,
                                        .defaults = kMixtralDefaults,
                                        .windows = HfWindows::All,
                                        .experts = true,
                                        .normalisesExperts = true}};

} // namespace

const Architecture kLlama{.ggufName = "llama",
                          .hfFamilies = kFamilies,
                          .tensors = kTensors,
                          .ggufRope = RopeStyle::Interleaved,
                          .refused = rules::kRefused,
                          .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
