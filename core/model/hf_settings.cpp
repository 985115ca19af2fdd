// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/hf_settings.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

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

std::string_view spellingIn(const HfFamily &family, std::string_view key)
{
    const auto own = std::ranges::find(family.spellings, key, &HfSpelling::key);
    return own == family.spellings.end() ? key : own->own;
}

std::span<const HfNeutral> neutralSettings()
{
    return kNeutral;
}

} // namespace lathe
