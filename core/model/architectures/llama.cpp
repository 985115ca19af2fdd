// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"

#include <array>

namespace lathe {

namespace {

/// Llama 1–3.x, SmolLM, TinyLlama, Mistral as llama.cpp converts them (Touvron et al. 2023; ggml
/// docs/gguf.md).
constexpr std::array kTensors{
    TensorRule{"token_embd.weight", Role::Embedding, Extent::Vocabulary, Extent::Hidden},
    TensorRule{"output_norm.weight", Role::OutputNorm, Extent::One, Extent::Hidden},
    TensorRule{"output.weight", Role::Output, Extent::Vocabulary, Extent::Hidden, false},
    TensorRule{"rope_freqs.weight", Role::RopeFactors, Extent::One, Extent::RotaryPairs, false},
    TensorRule{"blk.{}.attn_norm.weight", Role::AttentionNorm, Extent::One, Extent::Hidden},
    TensorRule{"blk.{}.attn_q.weight", Role::Query, Extent::QueryWidth, Extent::Hidden},
    TensorRule{"blk.{}.attn_k.weight", Role::Key, Extent::KvWidth, Extent::Hidden},
    TensorRule{"blk.{}.attn_v.weight", Role::Value, Extent::KvWidth, Extent::Hidden},
    TensorRule{"blk.{}.attn_output.weight", Role::AttentionOutput, Extent::Hidden, Extent::QueryWidth},
    TensorRule{"blk.{}.ffn_norm.weight", Role::FeedForwardNorm, Extent::One, Extent::Hidden},
    TensorRule{"blk.{}.ffn_gate.weight", Role::Gate, Extent::FeedForward, Extent::Hidden},
    TensorRule{"blk.{}.ffn_up.weight", Role::Up, Extent::FeedForward, Extent::Hidden},
    TensorRule{"blk.{}.ffn_down.weight", Role::Down, Extent::Hidden, Extent::FeedForward},
    TensorRule{"blk.{}.attn_q.bias", Role::QueryBias, Extent::One, Extent::QueryWidth, false},
    TensorRule{"blk.{}.attn_k.bias", Role::KeyBias, Extent::One, Extent::KvWidth, false},
    TensorRule{"blk.{}.attn_v.bias", Role::ValueBias, Extent::One, Extent::KvWidth, false},
    TensorRule{"blk.{}.attn_output.bias", Role::AttentionOutputBias, Extent::One, Extent::Hidden, false},
    TensorRule{"blk.{}.ffn_gate.bias", Role::GateBias, Extent::One, Extent::FeedForward, false},
    TensorRule{"blk.{}.ffn_up.bias", Role::UpBias, Extent::One, Extent::FeedForward, false},
    TensorRule{"blk.{}.ffn_down.bias", Role::DownBias, Extent::One, Extent::Hidden, false},
};

constexpr std::array kRefused{
    Architecture::Refused{"expert_count", 0},           Architecture::Refused{"logit_scale", 1},
    Architecture::Refused{"embedding_scale", 1},        Architecture::Refused{"residual_scale", 1},
    Architecture::Refused{"attention.scale", 0},        Architecture::Refused{"attention.clamp_kqv", 0},
    Architecture::Refused{"attn_logit_softcapping", 0}, Architecture::Refused{"final_logit_softcapping", 0},
};

} // namespace

const Architecture kLlama{"llama", RopeStyle::Interleaved, Activation::Silu, kTensors, kRefused};

} // namespace lathe
