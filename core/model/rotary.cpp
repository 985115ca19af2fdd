// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rotary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lathe {

namespace {

/// Long wavelengths are divided by the factor, short ones kept, those between interpolated (Llama 3.1).
double llama3(double inverse, const RopeConfig &config)
{
    const double context = config.originalContext;
    const double wavelength = 2 * std::numbers::pi / inverse;
    if (wavelength < context / config.highFrequency)
        return inverse;
    if (wavelength > context / config.lowFrequency)
        return inverse / config.factor;
    const double smooth =
        (context / wavelength - config.lowFrequency) / (config.highFrequency - config.lowFrequency);
    return (1 - smooth) * inverse / config.factor + smooth * inverse;
}

/// The pair index whose frequency makes `turns` turns over the original context (YaRN, eq. 17).
double yarnPair(double turns, const RopeConfig &config)
{
    return config.dim * std::log(config.originalContext / (turns * 2 * std::numbers::pi)) /
           (2 * std::log(config.base));
}

double yarn(double inverse, uint32_t pair, const RopeConfig &config)
{
    const double low = std::max(std::floor(yarnPair(config.betaFast, config)), 0.0);
    const double high = std::min(std::ceil(yarnPair(config.betaSlow, config)), config.dim - 1.0);
    const double ramp = std::clamp((pair - low) / std::max(high - low, 0.001), 0.0, 1.0);
    return inverse / config.factor * ramp + inverse * (1 - ramp);
}

} // namespace

double yarnAttentionFactor(double factor)
{
    return factor > 1 ? 0.1 * std::log(factor) + 1 : 1.0;
}

Rotary::Rotary(const RopeConfig &config, uint32_t context)
{
    const bool isLong = !config.longFactors.empty() && context > config.originalContext;
    const std::vector<float> &factors = isLong ? config.longFactors : config.frequencyFactors;
    for (uint32_t pair = 0; pair < config.dim / 2; ++pair) {
        double inverse = std::pow(config.base, -2.0 * pair / config.dim);
        switch (config.scaling) {
        case RopeScaling::None:
            break;
        case RopeScaling::Linear:
            inverse /= config.factor;
            break;
        case RopeScaling::Llama3:
            inverse = llama3(inverse, config);
            break;
        case RopeScaling::Yarn:
            inverse = yarn(inverse, pair, config);
            break;
        }
        if (pair < factors.size())
            inverse /= factors[pair];
        m_inverse.push_back(inverse);
    }
    if (config.attentionFactor > 0)
        m_factor = config.attentionFactor;
    else if (config.scaling == RopeScaling::Yarn)
        m_factor = yarnAttentionFactor(config.factor);
}

void Rotary::fill(std::span<const int32_t> positions, std::span<float> table) const
{
    const size_t half = m_inverse.size();
    for (size_t t = 0; t < positions.size(); ++t) {
        for (size_t i = 0; i < half; ++i) {
            const double angle = positions[t] * m_inverse[i];
            table[t * 2 * half + i] = float(std::cos(angle) * m_factor);
            table[t * 2 * half + half + i] = float(std::sin(angle) * m_factor);
        }
    }
}

} // namespace lathe
