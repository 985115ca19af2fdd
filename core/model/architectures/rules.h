// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/architecture.h"

#include <array>

/// Sets of tensors that several architectures share.
namespace lathe::rules {

template <size_t... N> constexpr auto join(const std::array<TensorRule, N> &...sets)
{
    std::array<TensorRule, (N + ...)> all{};
    size_t at = 0;
    const auto append = [&](const auto &set) {
        for (const TensorRule &rule : set)
            all[at++] = rule;
    };
    (append(sets), ...);
    return all;
}

/// One set with another form of its Hugging Face tensors.
template <size_t N> constexpr auto withForm(std::array<TensorRule, N> set, HfForm form)
{
    for (TensorRule &rule : set)
        rule.hfForm = form;
    return set;
}

inline constexpr std::array kEnds{
    TensorRule{"token_embd.weight", "model.embed_tokens.weight", Role::Embedding, Extent::Vocabulary,
               Extent::Hidden},
    TensorRule{"output.weight", "lm_head.weight", Role::Output, Extent::Vocabulary, Extent::Hidden, false},
    TensorRule{"rope_freqs.weight", "", Role::RopeFactors, Extent::One, Extent::RotaryPairs, false},
};

inline constexpr std::array kOutputNorm{
    TensorRule{"output_norm.weight", "model.norm.weight", Role::OutputNorm, Extent::One, Extent::Hidden},
};

/// Norms before attention and feed-forward part.
inline constexpr std::array kPreNorms{
    TensorRule{"blk.{}.attn_norm.weight", "model.layers.{}.input_layernorm.weight", Role::AttentionNorm,
               Extent::One, Extent::Hidden},
    TensorRule{"blk.{}.ffn_norm.weight", "model.layers.{}.post_attention_layernorm.weight",
               Role::FeedForwardNorm, Extent::One, Extent::Hidden},
};

/// Norms of their results, before the residual sums.
inline constexpr std::array kPostNorms{
    TensorRule{"blk.{}.post_attention_norm.weight", "model.layers.{}.post_attention_layernorm.weight",
               Role::PostAttentionNorm, Extent::One, Extent::Hidden},
    TensorRule{"blk.{}.post_ffw_norm.weight", "model.layers.{}.post_feedforward_layernorm.weight",
               Role::PostFeedForwardNorm, Extent::One, Extent::Hidden},
};

inline constexpr std::array kAttention{
    TensorRule{"blk.{}.attn_q.weight", "model.layers.{}.self_attn.q_proj.weight", Role::Query,
               Extent::QueryWidth, Extent::Hidden},
    TensorRule{"blk.{}.attn_k.weight", "model.layers.{}.self_attn.k_proj.weight", Role::Key, Extent::KvWidth,
               Extent::Hidden},
    TensorRule{"blk.{}.attn_v.weight", "model.layers.{}.self_attn.v_proj.weight", Role::Value,
               Extent::KvWidth, Extent::Hidden},
    TensorRule{"blk.{}.attn_output.weight", "model.layers.{}.self_attn.o_proj.weight", Role::AttentionOutput,
               Extent::Hidden, Extent::QueryWidth},
};

inline constexpr std::array kAttentionBiases{
    TensorRule{"blk.{}.attn_q.bias", "model.layers.{}.self_attn.q_proj.bias", Role::QueryBias, Extent::One,
               Extent::QueryWidth, false},
    TensorRule{"blk.{}.attn_k.bias", "model.layers.{}.self_attn.k_proj.bias", Role::KeyBias, Extent::One,
               Extent::KvWidth, false},
    TensorRule{"blk.{}.attn_v.bias", "model.layers.{}.self_attn.v_proj.bias", Role::ValueBias, Extent::One,
               Extent::KvWidth, false},
    TensorRule{"blk.{}.attn_output.bias", "model.layers.{}.self_attn.o_proj.bias", Role::AttentionOutputBias,
               Extent::One, Extent::Hidden, false},
};

/// Norms of q and k, head by head.
inline constexpr std::array kHeadNorms{
    TensorRule{"blk.{}.attn_q_norm.weight", "model.layers.{}.self_attn.q_norm.weight", Role::QueryNorm,
               Extent::One, Extent::HeadDim},
    TensorRule{"blk.{}.attn_k_norm.weight", "model.layers.{}.self_attn.k_norm.weight", Role::KeyNorm,
               Extent::One, Extent::HeadDim},
};

inline constexpr std::array kGatedMlp{
    TensorRule{"blk.{}.ffn_gate.weight", "model.layers.{}.mlp.gate_proj.weight", Role::Gate,
               Extent::FeedForward, Extent::Hidden, true, Part::Whole, HfForm::Plain, In::Dense},
    TensorRule{"blk.{}.ffn_up.weight", "model.layers.{}.mlp.up_proj.weight", Role::Up, Extent::FeedForward,
               Extent::Hidden, true, Part::Whole, HfForm::Plain, In::Dense},
    TensorRule{"blk.{}.ffn_down.weight", "model.layers.{}.mlp.down_proj.weight", Role::Down, Extent::Hidden,
               Extent::FeedForward, true, Part::Whole, HfForm::Plain, In::Dense},
};

/// Expert tensors of GGUF files with what folders call the router and the three matrices of an expert.
constexpr auto experts(std::string_view router, std::string_view gate, std::string_view up,
                       std::string_view down)
{
    using enum Extent;
    constexpr auto kIn = In::Experts;
    return std::array{
        TensorRule{"blk.{}.ffn_gate_inp.weight", router, Role::Router, Experts, Hidden, true, Part::Whole,
                   HfForm::Plain, kIn},
        TensorRule{"blk.{}.ffn_gate_exps.weight", gate, Role::GateExperts, ExpertFeedForward, Hidden, true,
                   Part::Whole, HfForm::Plain, kIn},
        TensorRule{"blk.{}.ffn_up_exps.weight", up, Role::UpExperts, ExpertFeedForward, Hidden, true,
                   Part::Whole, HfForm::Plain, kIn},
        TensorRule{"blk.{}.ffn_down_exps.weight", down, Role::DownExperts, ExpertHidden,
                   ExpertFeedForwardOfOne, true, Part::Whole, HfForm::Plain, kIn},
    };
}

/// Settings that no architecture here has in another way than the value.
inline constexpr std::array kRefused{
    Architecture::Refused{"logit_scale", 1},
    Architecture::Refused{"embedding_scale", 1},
    Architecture::Refused{"residual_scale", 1},
    Architecture::Refused{"attention.clamp_kqv", 0},
    Architecture::Refused{"attention.max_alibi_bias", 0},
    Architecture::Refused{"expert_gating_func", 1}, // softmax
    Architecture::Refused{"expert_group_count", 1},
};

/// The same in architectures without experts.
inline constexpr std::array kRefusedDense{
    Architecture::Refused{"logit_scale", 1},
    Architecture::Refused{"embedding_scale", 1},
    Architecture::Refused{"residual_scale", 1},
    Architecture::Refused{"attention.clamp_kqv", 0},
    Architecture::Refused{"attention.max_alibi_bias", 0},
    Architecture::Refused{"expert_count", 0},
};

/// What most families spell in their own way.
inline constexpr std::array kSpellings{HfSpelling{"hidden_activation", "hidden_act"}};

/// What old transformers wrote into Llama-like files.
inline constexpr std::array<std::string_view, 1> kIgnoredFrequencies{"rotary_emb.inv_freq"};

} // namespace lathe::rules
