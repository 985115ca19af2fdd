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

constexpr std::array kGemma2Defaults{HfDefault{"rms_norm_eps", 1e-6},
                                     HfDefault{"rope_theta", 1e4},
                                     HfDefault{"tie_word_embeddings", 1},
                                     HfDefault{"max_position_embeddings", 8192},
                                     HfDefault{"head_dim", 256},
                                     HfDefault{"num_key_value_heads", 4},
                                     HfDefault{"query_pre_attn_scalar", 256},
                                     HfDefault{"sliding_window", 4096},
                                     HfDefault{"final_logit_softcapping", 30},
                                     HfDefault{"attn_logit_softcapping", 50}};
constexpr std::array kGemma2Families{HfFamily{.modelType = "gemma2",
                                              .className = "Gemma2ForCausalLM",
                                              .defaults = kGemma2Defaults,
                                              .qkvBiases = HfBiases::AttentionBias,
                                              .outputBiases = HfBiases::AttentionBias,
                                              .windows = HfWindows::AlternateTwo}};

constexpr auto kGemma3Tensors =
    rules::join(rules::kEnds, kNorms, rules::kAttention, rules::kAttentionBiases,
                rules::withForm(rules::kHeadNorms, HfForm::PlusOne), rules::kGatedMlp);

constexpr std::array kGemma3Defaults{HfDefault{"vocab_size", 262208},
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
constexpr std::array kGemma3Families{HfFamily{.modelType = "gemma3_text",
                                              .className = "Gemma3ForCausalLM",
                                              .defaults = kGemma3Defaults,
                                              .qkvBiases = HfBiases::AttentionBias,
                                              .outputBiases = HfBiases::AttentionBias,
                                              .windows = HfWindows::Pattern}};

} // namespace

/// Gemma Team 2024: every second layer has a window; soft caps. The 27B model (46 layers) scales q·k by
/// 1/√(hidden / heads), which its GGUF files do not say.
const Architecture kGemma2{.ggufName = "gemma2",
                           .hfFamilies = kGemma2Families,
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
                           .hfFamilies = kGemma3Families,
                           .tensors = kGemma3Tensors,
                           .activation = Activation::GeluTanh,
                           .scaledEmbedding = true,
                           .windowPeriod = 6,
                           .localRopeBase = 10000,
                           .wideScaleLayers = 62,
                           .refused = rules::kRefusedDense,
                           .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
