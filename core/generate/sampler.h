// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/generate/random.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lathe {

/// How the next token is chosen. The defaults switch every stage off: greedy.
struct SamplerSettings {
    double temperature = 0;      ///< 0: greedy (the largest score, the lowest id on a tie)
    int32_t topK = 0;            ///< 0: off
    double topP = 1;             ///< 0…1, 1: off
    double minP = 0;             ///< 0…1, 0: off
    double typicalP = 1;         ///< 0…1, 1: off
    double repeatPenalty = 1;    ///< > 0, 1: off
    double presencePenalty = 0;  ///< −2…2
    double frequencyPenalty = 0; ///< −2…2
    int32_t repeatWindow = 64;   ///< last tokens that the three penalties look at; −1: all, 0: none

    bool operator==(const SamplerSettings &) const = default;
};

/// Errors name the setting and its range.
Result<> validate(const SamplerSettings &settings);

/// The stages in the order in which they run, for documentation, tests and forms.
std::span<const std::string_view> samplerStageNames();

struct TokenCandidate {
    int32_t token = 0;
    double logprob = 0; ///< natural logarithm of the model's own probability

    bool operator==(const TokenCandidate &) const = default;
};

struct SampledToken {
    int32_t token = 0;
    double logprob = 0;              ///< of the model's own distribution: no penalty, no cut, temperature 1
    std::vector<TokenCandidate> top; ///< best first, as many as were asked for
};

/// Chooses tokens from logits. One object serves one answer; not thread-safe.
///
/// Order (llama.cpp's default chain): 1 penalties, on the scores s of tokens in the window:
///   repetition s > 0 ? s/p : s·p (Keskar et al. 2019), then s −= presence + count·frequency;
/// 2 top-k: the k largest scores, the lower id on a tie;
/// 3 typical-p: tokens by |−ln p − entropy| until their share reaches it (Meister et al. 2023);
/// 4 top-p: the smallest set of best tokens whose share reaches it (Holtzman et al. 2020);
/// 5 min-p: p ≥ min-p · highest p (Nguyen et al. 2024);
/// 6 temperature: p ∝ exp(s / T). Then one draw.
/// Each cut keeps at least one token, and works on the distribution that the earlier ones left, renormalised.
/// Temperature 0 takes the best score after stage 1. The same seed, settings and logits give the same token
/// on every machine: probabilities are made with our own exp, from IEEE operations only.
class Sampler
{
public:
    Sampler(const SamplerSettings &settings, uint64_t seed);

    /// `logits` (vocabulary); `history`: the tokens before, prompt included; `candidates`: length of `top`.
    /// −infinity masks a token. Errors: Numeric for a NaN, +infinity, or nothing that is not masked.
    Result<SampledToken> sample(std::span<const float> logits, std::span<const int32_t> history,
                                uint32_t candidates = 0);

private:
    SamplerSettings m_settings;
    Random m_random;
};

} // namespace lathe
