// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/sampler.h"

namespace lathe {

struct WeightedToken {
    int32_t token = 0;
    float score = 0;
    double weight = 0; ///< exp(score − largest score), not normalised
    double key = 0;    ///< what a stage selects by: small ones stay
};

/// What the stages work on: scores until the first cut, then the tokens that are left.
struct SamplingState {
    std::vector<float> scores; ///< (vocabulary), logits after the penalties
    std::span<const int32_t> history;
    std::vector<WeightedToken> tokens; ///< never empty once filled
    bool filled = false;

    /// Fills `tokens` with every token that is not masked, in the order of ids, unless a stage did already.
    void fill();
    double totalWeight() const;
};

struct SamplerStage {
    std::string_view name;
    bool (*active)(const SamplerSettings &);
    void (*apply)(const SamplerSettings &, SamplingState &);
};

/// A new stage is one row here.
std::span<const SamplerStage> samplerStages();

/// The `count` largest of `scores`, best first, the lower id on a tie; masked ones (−infinity) left out.
std::vector<WeightedToken> largestScores(std::span<const float> scores, size_t count);

} // namespace lathe
