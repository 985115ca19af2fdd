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
constexpr std::array<std::string_view, 1> kModelTypes{"olmo2"};

} // namespace

const Architecture kOlmo2{.ggufName = "olmo2",
                          .hfModelTypes = kModelTypes,
                          .tensors = kTensors,
                          .refused = rules::kRefusedDense,
                          .hfIgnored = rules::kIgnoredFrequencies};

} // namespace lathe
