// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/sampler.h"

#include "core/generate/portable_exp.h"
#include "core/generate/sampler_stages.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <locale>
#include <sstream>
#include <string>

namespace lathe {

namespace {

struct SettingRange {
    const char *name;
    double low, high;
    double (*get)(const SamplerSettings &);
};

constexpr SettingRange kRanges[] = {
    {"temperature", 0, 100, [](const SamplerSettings &s) { return s.temperature; }},
    {"top-k", 0, 1e9, [](const SamplerSettings &s) { return double(s.topK); }},
    {"top-p", 0, 1, [](const SamplerSettings &s) { return s.topP; }},
    {"min-p", 0, 1, [](const SamplerSettings &s) { return s.minP; }},
    {"typical-p", 0, 1, [](const SamplerSettings &s) { return s.typicalP; }},
    {"repeat-penalty", 0.01, 100, [](const SamplerSettings &s) { return s.repeatPenalty; }},
    {"presence-penalty", -2, 2, [](const SamplerSettings &s) { return s.presencePenalty; }},
    {"frequency-penalty", -2, 2, [](const SamplerSettings &s) { return s.frequencyPenalty; }},
    {"repeat-window", -1, 1e9, [](const SamplerSettings &s) { return double(s.repeatWindow); }},
};

std::string shortNumber(double value)
{
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << value;
    return out.str();
}

/// ln Σ exp(logit), over what is not masked.
Result<double> logSumExp(std::span<const float> logits)
{
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    float largest = -kInfinity;
    for (size_t id = 0; id < logits.size(); ++id) {
        if (std::isnan(logits[id]) || logits[id] == kInfinity)
            return fail(Errc::Numeric, "logits",
                        (std::isnan(logits[id]) ? "NaN" : "infinity") + std::string(" for token ") +
                            std::to_string(id));
        largest = std::max(largest, logits[id]);
    }
    if (largest == -kInfinity)
        return fail(Errc::Numeric, "logits", "no token is possible: all are minus infinity");
    double sum = 0;
    for (float logit : logits)
        sum += portableExp(double(logit) - double(largest));
    return double(largest) + std::log(sum);
}

int32_t largestToken(std::span<const float> scores)
{
    return int32_t(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

int32_t draw(const SamplingState &state, Random &random)
{
    double left = random.uniform() * state.totalWeight();
    const WeightedToken *last = nullptr;
    for (const WeightedToken &token : state.tokens) {
        if (token.weight <= 0)
            continue;
        last = &token;
        left -= token.weight;
        if (left < 0)
            break;
    }
    return last->token; // the largest weight is 1, so there is one
}

} // namespace

Result<> validate(const SamplerSettings &settings)
{
    for (const SettingRange &range : kRanges) {
        const double value = range.get(settings);
        if (!(value >= range.low && value <= range.high))
            return fail(Errc::BadInput, range.name, shortNumber(value) + " is out of range",
                        "give a value from " + shortNumber(range.low) + " to " + shortNumber(range.high));
    }
    return {};
}

std::span<const std::string_view> samplerStageNames()
{
    static const auto kNames = [] {
        std::vector<std::string_view> names;
        for (const SamplerStage &stage : samplerStages())
            names.push_back(stage.name);
        return names;
    }();
    return kNames;
}

Sampler::Sampler(const SamplerSettings &settings, uint64_t seed) : m_settings(settings), m_random(seed) {}

Result<SampledToken> Sampler::sample(std::span<const float> logits, std::span<const int32_t> history,
                                     uint32_t candidates)
{
    LATHE_ASSIGN(const double norm, logSumExp(logits));
    SampledToken out;
    for (const WeightedToken &token : largestScores(logits, candidates))
        out.top.push_back({token.token, double(token.score) - norm});

    SamplingState state{{logits.begin(), logits.end()}, history, {}, false};
    for (const SamplerStage &stage : samplerStages()) {
        if (stage.active(m_settings))
            stage.apply(m_settings, state);
    }
    out.token = m_settings.temperature > 0 ? draw(state, m_random) : largestToken(state.scores);
    out.logprob = double(logits[size_t(out.token)]) - norm;
    return out;
}

} // namespace lathe
