// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/rules.h"

namespace lathe {

namespace {

/// OLMo 2 (Team OLMo 2024): only the results are normed, q and k over their whole width.
constexpr std::array kWideNorms{
    TensorRule{"blk.{}.attn_q_norm.weight", "model.layers.{}.self_attn.q_norm.weight", Role::QueryNorm,
               Extent::One, Extent::QueryWidth},
    TensorRule{"blk.{}.attn_k_norm.weight", "model.layers.{}.self_attn.k_norm.weight", Role::KeyNorm,
               Extent::One, Extent::KvWidth},
};
constexpr auto kTensors = rules::join(rules::kEnds, rules::kOutputNorm, rules::kPostNorms, rules::kAttention,
                                      rules::kAttentionBiases, kWideNorms, rules::kGatedMlp);

constexpr std::array kOlmo2Defaults{HfDefault{"rms_norm_eps", 1e-5}, HfDefault{"rope_theta", 1e4},
                                    HfDefault{"tie_word_embeddings", 0},
                                    HfDefault{"max_position_embeddings", 2048}};
constexpr std::array kFamilies{HfFamily{.modelType = "olmo2",
                                        .className = "Olmo2ForCausalLM",
                                        .spellings = rules::kSpellings,
                                        .defaults = kOlmo2Defaults,
                                        .qkvBiases = HfBiases::AttentionBias,
                                        .outputBiases = HfBiases::AttentionBias}};

} // namespace

const Architecture kOlmo2{.ggufName = "olmo2",
                          .hfFamilies = kFamilies,
                          .tensors = kTensors,
                          .refused = rules::kRefusedDense,
                          .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
