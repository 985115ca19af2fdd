// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"

#include <span>
#include <vector>

namespace lathe {

/// What YaRN multiplies cosines and sines by where the model names nothing: 0.1 ln(factor) + 1, at least 1.
double yarnAttentionFactor(double factor);

/// Angles of the rotary embedding for one model, in double precision.
class Rotary
{
public:
    /// Inverse frequencies after scaling: linear (Chen et al. 2023), llama3 (Llama 3.1's config, as
    /// transformers), YaRN (Peng et al. 2023). `context` is that of the cache: LongRoPE (Ding et al. 2024)
    /// has other factors beyond the context that the model was first trained for.
    explicit Rotary(const RopeConfig &config, uint32_t context = 0);

    /// Fills `table` (positions.size(), dim): for each position dim/2 cosines, then as many sines, both times
    /// the attention factor (1 except with YaRN).
    void fill(std::span<const int32_t> positions, std::span<float> table) const;

    const std::vector<double> &inverseFrequencies() const { return m_inverse; }

private:
    std::vector<double> m_inverse; // (dim / 2)
    double m_factor = 1.0;
};

} // namespace lathe
