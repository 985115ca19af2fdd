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

} // namespace

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
