// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/rules.h"

namespace lathe {

namespace {

/// Qwen 2 and 2.5 (Yang et al. 2024): Llama with biases of q, k and v.
constexpr auto kQwen2Tensors = rules::join(rules::kEnds, rules::kOutputNorm, rules::kPreNorms,
                                           rules::kAttention, rules::kAttentionBiases, rules::kGatedMlp);

constexpr std::array kQwen2Defaults{
    HfDefault{"rms_norm_eps", 1e-6},     HfDefault{"rope_theta", 1e4},
    HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 32768},
    HfDefault{"sliding_window", 4096},   HfDefault{"max_window_layers", 28},
    HfDefault{"num_key_value_heads", 32}};
constexpr std::array kQwen2Families{HfFamily{.modelType = "qwen2",
                                             .className = "Qwen2ForCausalLM",
                                             .spellings = rules::kSpellings,
                                             .defaults = kQwen2Defaults,
                                             .qkvBiases = HfBiases::Always,
                                             .windows = HfWindows::Upper}};

/// Qwen 3 (Yang et al. 2025): norms of the heads of q and k.
constexpr auto kQwen3Tensors =
    rules::join(rules::kEnds, rules::kOutputNorm, rules::kPreNorms, rules::kAttention,
                rules::kAttentionBiases, rules::kHeadNorms, rules::kGatedMlp);

constexpr std::array kQwen3Defaults{
    HfDefault{"rms_norm_eps", 1e-6},      HfDefault{"rope_theta", 1e4},
    HfDefault{"tie_word_embeddings", 0},  HfDefault{"max_position_embeddings", 32768},
    HfDefault{"sliding_window", 4096},    HfDefault{"max_window_layers", 28},
    HfDefault{"num_key_value_heads", 32}, HfDefault{"head_dim", 128}};
constexpr std::array kQwen3Families{HfFamily{.modelType = "qwen3",
                                             .className = "Qwen3ForCausalLM",
                                             .spellings = rules::kSpellings,
                                             .defaults = kQwen3Defaults,
                                             .qkvBiases = HfBiases::AttentionBias,
                                             .outputBiases = HfBiases::AttentionBias,
                                             .windows = HfWindows::Upper}};

/// Layers with experts; a folder may have dense layers among them.
constexpr auto kExperts = rules::experts(
    "model.layers.{}.mlp.gate.weight", "model.layers.{}.mlp.experts.{}.gate_proj.weight",
    "model.layers.{}.mlp.experts.{}.up_proj.weight", "model.layers.{}.mlp.experts.{}.down_proj.weight");

/// Qwen 1.5 MoE and 2 MoE: beside the chosen experts one that sees every token, behind a gate.
constexpr std::array kSharedExpert{
    TensorRule{"blk.{}.ffn_gate_inp_shexp.weight", "model.layers.{}.mlp.shared_expert_gate.weight",
               Role::SharedRouter, Extent::OneRow, Extent::Hidden, true, Part::Whole, HfForm::Plain,
               In::Experts},
    TensorRule{"blk.{}.ffn_gate_shexp.weight", "model.layers.{}.mlp.shared_expert.gate_proj.weight",
               Role::SharedGate, Extent::SharedFeedForward, Extent::Hidden, true, Part::Whole, HfForm::Plain,
               In::Experts},
    TensorRule{"blk.{}.ffn_up_shexp.weight", "model.layers.{}.mlp.shared_expert.up_proj.weight",
               Role::SharedUp, Extent::SharedFeedForward, Extent::Hidden, true, Part::Whole, HfForm::Plain,
               In::Experts},
    TensorRule{"blk.{}.ffn_down_shexp.weight", "model.layers.{}.mlp.shared_expert.down_proj.weight",
               Role::SharedDown, Extent::Hidden, Extent::SharedFeedForward, true, Part::Whole, HfForm::Plain,
               In::Experts},
};
constexpr auto kQwen2MoeTensors = rules::join(kQwen2Tensors, kExperts, kSharedExpert);

constexpr std::array kQwen2MoeDefaults{
    HfDefault{"rms_norm_eps", 1e-6},          HfDefault{"rope_theta", 1e4},
    HfDefault{"tie_word_embeddings", 0},      HfDefault{"max_position_embeddings", 32768},
    HfDefault{"sliding_window", 4096},        HfDefault{"max_window_layers", 28},
    HfDefault{"num_key_value_heads", 16},     HfDefault{"decoder_sparse_step", 1},
    HfDefault{"moe_intermediate_size", 1408}, HfDefault{"shared_expert_intermediate_size", 5632},
    HfDefault{"num_experts_per_tok", 4},      HfDefault{"num_experts", 60}};
constexpr std::array kQwen2MoeFamilies{HfFamily{.modelType = "qwen2_moe",
                                                .className = "Qwen2MoeForCausalLM",
                                                .spellings = rules::kSpellings,
                                                .defaults = kQwen2MoeDefaults,
                                                .qkvBiases = HfBiases::Always,
                                                .windows = HfWindows::Upper,
                                                .experts = true,
                                                .sparseLayers = true,
                                                .sharedExpert = true}};

constexpr auto kQwen3MoeTensors = rules::join(kQwen3Tensors, kExperts);

constexpr std::array kQwen3MoeDefaults{
    HfDefault{"rms_norm_eps", 1e-6},     HfDefault{"rope_theta", 1e4},
    HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 32768},
    HfDefault{"sliding_window", 4096},   HfDefault{"num_key_value_heads", 4},
    HfDefault{"decoder_sparse_step", 1}, HfDefault{"moe_intermediate_size", 768},
    HfDefault{"num_experts_per_tok", 8}, HfDefault{"num_experts", 128}};
constexpr std::array kQwen3MoeFamilies{HfFamily{.modelType = "qwen3_moe",
                                                .className = "Qwen3MoeForCausalLM",
                                                .spellings = rules::kSpellings,
                                                .defaults = kQwen3MoeDefaults,
                                                .qkvBiases = HfBiases::AttentionBias,
                                                .outputBiases = HfBiases::AttentionBias,
                                                .windows = HfWindows::Switched,
                                                .experts = true,
                                                .sparseLayers = true}};

} // namespace

const Architecture kQwen2Moe{.ggufName = "qwen2moe",
                             .hfFamilies = kQwen2MoeFamilies,
                             .tensors = kQwen2MoeTensors,
                             .normaliseExperts = false,
                             .refused = rules::kRefused,
                             .hfIgnored = rules::kIgnoredFrequencies};

const Architecture kQwen3Moe{.ggufName = "qwen3moe",
                             .hfFamilies = kQwen3MoeFamilies,
                             .tensors = kQwen3MoeTensors,
                             .refused = rules::kRefused,
                             .hfIgnored = rules::kIgnoredFrequencies};

const Architecture kQwen2{.ggufName = "qwen2",
                          .hfFamilies = kQwen2Families,
                          .tensors = kQwen2Tensors,
                          .refused = rules::kRefusedDense,
                          .hfIgnored = rules::kIgnoredFrequencies};

const Architecture kQwen3{.ggufName = "qwen3",
                          .hfFamilies = kQwen3Families,
                          .tensors = kQwen3Tensors,
                          .refused = rules::kRefusedDense,
                          .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
