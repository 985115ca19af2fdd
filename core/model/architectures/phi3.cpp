// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/rules.h"

namespace lathe {

namespace {

/// Phi-3 (Abdin et al. 2024): Llama with q, k, v in one tensor and gate, up in another.
constexpr std::array kFused{
    TensorRule{"blk.{}.attn_qkv.weight", "model.layers.{}.self_attn.qkv_proj.weight", Role::Query,
               Extent::QueryWidth, Extent::Hidden, true, Part::Query},
    TensorRule{"blk.{}.attn_qkv.weight", "model.layers.{}.self_attn.qkv_proj.weight", Role::Key,
               Extent::KvWidth, Extent::Hidden, true, Part::Key},
    TensorRule{"blk.{}.attn_qkv.weight", "model.layers.{}.self_attn.qkv_proj.weight", Role::Value,
               Extent::KvWidth, Extent::Hidden, true, Part::Value},
    TensorRule{"blk.{}.attn_output.weight", "model.layers.{}.self_attn.o_proj.weight", Role::AttentionOutput,
               Extent::Hidden, Extent::QueryWidth},
    TensorRule{"blk.{}.ffn_up.weight", "model.layers.{}.mlp.gate_up_proj.weight", Role::Gate,
               Extent::FeedForward, Extent::Hidden, true, Part::Gate},
    TensorRule{"blk.{}.ffn_up.weight", "model.layers.{}.mlp.gate_up_proj.weight", Role::Up,
               Extent::FeedForward, Extent::Hidden, true, Part::Up},
    TensorRule{"blk.{}.ffn_down.weight", "model.layers.{}.mlp.down_proj.weight", Role::Down, Extent::Hidden,
               Extent::FeedForward},
};
/// Of models with a long context (Ding et al. 2024, LongRoPE).
constexpr std::array kLongRope{
    TensorRule{"rope_factors_long.weight", "", Role::RopeLongFactors, Extent::One, Extent::RotaryPairs,
               false},
    TensorRule{"rope_factors_short.weight", "", Role::RopeShortFactors, Extent::One, Extent::RotaryPairs,
               false},
};
constexpr auto kTensors = rules::join(rules::kEnds, rules::kOutputNorm, rules::kPreNorms, kFused, kLongRope);

constexpr std::array kPhi3Defaults{HfDefault{"rms_norm_eps", 1e-5}, HfDefault{"rope_theta", 1e4},
                                   HfDefault{"tie_word_embeddings", 0},
                                   HfDefault{"max_position_embeddings", 4096}};
constexpr std::array kFamilies{HfFamily{.modelType = "phi3",
                                        .className = "Phi3ForCausalLM",
                                        .spellings = rules::kSpellings,
                                        .defaults = kPhi3Defaults,
                                        .windows = HfWindows::All}};

} // namespace

const Architecture kPhi3{.ggufName = "phi3",
                         .hfFamilies = kFamilies,
                         .tensors = kTensors,
                         .refused = rules::kRefusedDense,
                         .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
