// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/rules.h"

namespace lathe {

namespace {

/// Qwen 2 and 2.5 (Yang et al. 2024): Llama with biases of q, k and v.
constexpr auto kQwen2Tensors = rules::join(rules::kEnds, rules::kOutputNorm, rules::kPreNorms,
                                           rules::kAttention, rules::kAttentionBiases, rules::kGatedMlp);
constexpr std::array<std::string_view, 1> kQwen2Types{"qwen2"};

/// Qwen 3 (Yang et al. 2025): norms of the heads of q and k.
constexpr auto kQwen3Tensors =
    rules::join(rules::kEnds, rules::kOutputNorm, rules::kPreNorms, rules::kAttention,
                rules::kAttentionBiases, rules::kHeadNorms, rules::kGatedMlp);
constexpr std::array<std::string_view, 1> kQwen3Types{"qwen3"};

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
constexpr std::array<std::string_view, 1> kQwen2MoeTypes{"qwen2_moe"};

constexpr auto kQwen3MoeTensors = rules::join(kQwen3Tensors, kExperts);
constexpr std::array<std::string_view, 1> kQwen3MoeTypes{"qwen3_moe"};

} // namespace

const Architecture kQwen2Moe{.ggufName = "qwen2moe",
                             .hfModelTypes = kQwen2MoeTypes,
                             .tensors = kQwen2MoeTensors,
                             .normaliseExperts = false,
                             .refused = rules::kRefused,
                             .hfIgnored = rules::kIgnoredFrequencies};

const Architecture kQwen3Moe{.ggufName = "qwen3moe",
                             .hfModelTypes = kQwen3MoeTypes,
                             .tensors = kQwen3MoeTensors,
                             .refused = rules::kRefused,
                             .hfIgnored = rules::kIgnoredFrequencies};

const Architecture kQwen2{.ggufName = "qwen2",
                          .hfModelTypes = kQwen2Types,
                          .tensors = kQwen2Tensors,
                          .refused = rules::kRefusedDense,
                          .hfIgnored = rules::kIgnoredFrequencies};

const Architecture kQwen3{.ggufName = "qwen3",
                          .hfModelTypes = kQwen3Types,
                          .tensors = kQwen3Tensors,
                          .refused = rules::kRefusedDense,
                          .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
