// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/hf_families.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lathe {

namespace {

constexpr std::array kLlama{HfDefault{"rms_norm_eps", 1e-6}, HfDefault{"rope_theta", 1e4},
                            HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 2048}};
constexpr std::array kMistral{
    HfDefault{"rms_norm_eps", 1e-6},     HfDefault{"rope_theta", 1e4},
    HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 131072},
    HfDefault{"num_key_value_heads", 8}, HfDefault{"sliding_window", 4096}};
constexpr std::array kMixtral{
    HfDefault{"rms_norm_eps", 1e-5},     HfDefault{"rope_theta", 1e6},
    HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 131072},
    HfDefault{"num_key_value_heads", 8}, HfDefault{"num_experts_per_tok", 2},
    HfDefault{"num_experts", 8}};
constexpr std::array kQwen2{HfDefault{"rms_norm_eps", 1e-6},     HfDefault{"rope_theta", 1e4},
                            HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 32768},
                            HfDefault{"sliding_window", 4096},   HfDefault{"max_window_layers", 28},
                            HfDefault{"num_key_value_heads", 32}};
constexpr std::array kQwen2Moe{
    HfDefault{"rms_norm_eps", 1e-6},          HfDefault{"rope_theta", 1e4},
    HfDefault{"tie_word_embeddings", 0},      HfDefault{"max_position_embeddings", 32768},
    HfDefault{"sliding_window", 4096},        HfDefault{"max_window_layers", 28},
    HfDefault{"num_key_value_heads", 16},     HfDefault{"decoder_sparse_step", 1},
    HfDefault{"moe_intermediate_size", 1408}, HfDefault{"shared_expert_intermediate_size", 5632},
    HfDefault{"num_experts_per_tok", 4},      HfDefault{"num_experts", 60}};
constexpr std::array kQwen3{HfDefault{"rms_norm_eps", 1e-6},      HfDefault{"rope_theta", 1e4},
                            HfDefault{"tie_word_embeddings", 0},  HfDefault{"max_position_embeddings", 32768},
                            HfDefault{"sliding_window", 4096},    HfDefault{"max_window_layers", 28},
                            HfDefault{"num_key_value_heads", 32}, HfDefault{"head_dim", 128}};
constexpr std::array kQwen3Moe{
    HfDefault{"rms_norm_eps", 1e-6},     HfDefault{"rope_theta", 1e4},
    HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 32768},
    HfDefault{"sliding_window", 4096},   HfDefault{"num_key_value_heads", 4},
    HfDefault{"decoder_sparse_step", 1}, HfDefault{"moe_intermediate_size", 768},
    HfDefault{"num_experts_per_tok", 8}, HfDefault{"num_experts", 128}};
constexpr std::array kGemma2{HfDefault{"rms_norm_eps", 1e-6},
                             HfDefault{"rope_theta", 1e4},
                             HfDefault{"tie_word_embeddings", 1},
                             HfDefault{"max_position_embeddings", 8192},
                             HfDefault{"head_dim", 256},
                             HfDefault{"num_key_value_heads", 4},
                             HfDefault{"query_pre_attn_scalar", 256},
                             HfDefault{"sliding_window", 4096},
                             HfDefault{"final_logit_softcapping", 30},
                             HfDefault{"attn_logit_softcapping", 50}};
constexpr std::array kGemma3{HfDefault{"vocab_size", 262208},
                             HfDefault{"num_attention_heads", 8},
                             HfDefault{"num_key_value_heads", 4},
                             HfDefault{"head_dim", 256},
                             HfDefault{"rms_norm_eps", 1e-6},
                             HfDefault{"rope_theta", 1e6},
                             HfDefault{"rope_local_base_freq", 1e4},
                             HfDefault{"tie_word_embeddings", 1},
                             HfDefault{"max_position_embeddings", 131072},
                             HfDefault{"query_pre_attn_scalar", 256},
                             HfDefault{"sliding_window", 4096},
                             HfDefault{"sliding_window_pattern", 6}};
constexpr std::array kPhi3{HfDefault{"rms_norm_eps", 1e-5}, HfDefault{"rope_theta", 1e4},
                           HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 4096}};
constexpr std::array kGpt2{HfDefault{"rms_norm_eps", 1e-5}, HfDefault{"tie_word_embeddings", 1},
                           HfDefault{"max_position_embeddings", 1024}};
constexpr std::array kGptNeox{HfDefault{"rms_norm_eps", 1e-5},
                              HfDefault{"rope_theta", 1e4},
                              HfDefault{"partial_rotary_factor", 0.25},
                              HfDefault{"tie_word_embeddings", 0},
                              HfDefault{"max_position_embeddings", 2048},
                              HfDefault{"use_parallel_residual", 1},
                              HfDefault{"attention_bias", 1}};
constexpr std::array kOlmo2{HfDefault{"rms_norm_eps", 1e-5}, HfDefault{"rope_theta", 1e4},
                            HfDefault{"tie_word_embeddings", 0}, HfDefault{"max_position_embeddings", 2048}};

constexpr auto kNever = HfBiases::Never, kAlways = HfBiases::Always, kAttentionBias = HfBiases::AttentionBias;
constexpr auto kTanh = Activation::GeluTanh, kErf = Activation::GeluErf, kSilu = Activation::Silu;

/// transformers' configuration_<model_type>.py and modeling_<model_type>.py.
constexpr std::array kFamilies{
    HfFamily{"llama", kLlama, kAttentionBias, kAttentionBias, HfBiases::MlpBias},
    HfFamily{"mistral", kMistral, kNever, kNever, kNever, HfWindows::All},
    HfFamily{"qwen2", kQwen2, kAlways, kNever, kNever, HfWindows::Upper},
    HfFamily{"qwen3", kQwen3, kAttentionBias, kAttentionBias, kNever, HfWindows::Upper},
    HfFamily{"gemma2", kGemma2, kAttentionBias, kAttentionBias, kNever, HfWindows::AlternateTwo, kTanh},
    HfFamily{"gemma3_text", kGemma3, kAttentionBias, kAttentionBias, kNever, HfWindows::Pattern, kTanh},
    HfFamily{"phi3", kPhi3, kNever, kNever, kNever, HfWindows::All},
    HfFamily{"gpt2", kGpt2, kAlways, kAlways, kAlways, HfWindows::None, kTanh, false, false, false, false, 4},
    HfFamily{"gpt_neox", kGptNeox, kAttentionBias, kAttentionBias, kAlways, HfWindows::None, kErf},
    HfFamily{"olmo2", kOlmo2, kAttentionBias, kAttentionBias, kNever},
    HfFamily{"mixtral", kMixtral, kNever, kNever, kNever, HfWindows::All, kSilu, true, false, false, true},
    HfFamily{"qwen2_moe", kQwen2Moe, kAlways, kNever, kNever, HfWindows::Upper, kSilu, true, true, true},
    HfFamily{"qwen3_moe", kQwen3Moe, kAttentionBias, kAttentionBias, kNever, HfWindows::Switched, kSilu, true,
             true},
};

/// Spellings of one setting in different families, the canonical one first.
using Spellings = std::array<std::string_view, 3>;
constexpr std::array kSpellings{
    Spellings{"hidden_size", "n_embd"},
    Spellings{"num_hidden_layers", "n_layer"},
    Spellings{"num_attention_heads", "n_head"},
    Spellings{"max_position_embeddings", "n_positions"},
    Spellings{"intermediate_size", "n_inner"},
    Spellings{"rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon"},
    Spellings{"hidden_activation", "hidden_act", "activation_function"},
    Spellings{"rope_theta", "rotary_emb_base"},
    Spellings{"partial_rotary_factor", "rotary_pct"},
    Spellings{"num_experts", "num_local_experts"},
    Spellings{"sliding_window_pattern", "_sliding_window_pattern"},
};

constexpr std::array kNeutral{
    HfNeutral{"quantization_config", 0},
    HfNeutral{"clip_qkv", 0},
    HfNeutral{"alibi", 0},
    HfNeutral{"logit_scale", 1},
    HfNeutral{"logits_scaling", 1},
    HfNeutral{"embedding_multiplier", 1},
    HfNeutral{"residual_multiplier", 1},
    HfNeutral{"rope_interleaved", 0},
    HfNeutral{"use_bidirectional_attention", 0},
    HfNeutral{"is_encoder_decoder", 0},
    HfNeutral{"add_cross_attention", 0},
    HfNeutral{"scale_attn_weights", 1},
    HfNeutral{"scale_attn_by_inverse_layer_idx", 0},
    HfNeutral{"qkv_bias", 1},
};

} // namespace

const HfFamily *findHfFamily(std::string_view modelType)
{
    const auto at = std::ranges::find(kFamilies, modelType, &HfFamily::modelType);
    return at == kFamilies.end() ? nullptr : &*at;
}

std::optional<double> defaultOf(const HfFamily &family, std::string_view key)
{
    const auto at = std::ranges::find(family.defaults, key, &HfDefault::key);
    return at == family.defaults.end() ? std::nullopt : std::optional(at->value);
}

std::span<const std::string_view> spellingsOf(std::string_view key)
{
    for (const Spellings &spellings : kSpellings) {
        if (spellings[0] == key)
            return std::span(spellings).first(spellings[2].empty() ? 2 : 3);
    }
    return {};
}

std::span<const HfNeutral> neutralSettings()
{
    return kNeutral;
}

} // namespace lathe
