// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/sampler_stages.h"

#include "core/generate/portable_exp.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace lathe {

namespace {

constexpr float kMasked = -std::numeric_limits<float>::infinity();

bool better(const WeightedToken &a, const WeightedToken &b)
{
    return a.score != b.score ? a.score > b.score : a.token < b.token;
}

float largestScore(const std::vector<WeightedToken> &tokens)
{
    float largest = kMasked;
    for (const WeightedToken &token : tokens)
        largest = std::max(largest, token.score);
    return largest;
}

void setWeights(std::vector<WeightedToken> &tokens, double temperature)
{
    const double largest = largestScore(tokens);
    for (WeightedToken &token : tokens)
        token.weight = portableExp((double(token.score) - largest) / temperature);
}

/// What keepShare selects on: weights in fixed point, so that sums do not depend on the order of adding.
struct Share {
    double key;
    int32_t token;
    uint64_t weight;

    bool operator<(const Share &other) const
    {
        return key != other.key ? key < other.key : token < other.token;
    }
};

/// Keeps the tokens with the smallest keys (lower id on a tie) until their share of the weight reaches
/// `share`, in the order they have. A selection by weight, linear in the vocabulary: nothing is sorted.
void keepShare(SamplingState &state, double share)
{
    std::vector<Share> shares;
    shares.reserve(state.tokens.size());
    uint64_t total = 0;
    for (const WeightedToken &token : state.tokens) {
        shares.push_back({token.key, token.token, uint64_t(token.weight * 0x1p40)});
        total += shares.back().weight;
    }
    uint64_t wanted = uint64_t(share * double(total));
    auto first = shares.begin(), last = shares.end();
    while (last - first > 1) {
        const auto middle = first + (last - first) / 2;
        std::nth_element(first, middle, last);
        uint64_t left = 0;
        for (auto at = first; at != middle; ++at)
            left += at->weight;
        if (left >= wanted) {
            last = middle;
        } else {
            wanted -= left;
            first = middle;
        }
    }
    const Share worst = *first;
    std::erase_if(state.tokens, [&](const WeightedToken &token) {
        return worst < Share{token.key, token.token, 0};
    });
}

void applyPenalties(const SamplerSettings &settings, SamplingState &state)
{
    auto recent = state.history;
    if (settings.repeatWindow >= 0 && recent.size() > size_t(settings.repeatWindow))
        recent = recent.last(size_t(settings.repeatWindow));
    std::unordered_map<int32_t, int> counts;
    for (int32_t token : recent) {
        if (token >= 0 && size_t(token) < state.scores.size())
            ++counts[token];
    }
    for (const auto &[token, count] : counts) {
        double score = state.scores[size_t(token)];
        if (score == kMasked)
            continue;
        score = score > 0 ? score / settings.repeatPenalty : score * settings.repeatPenalty;
        score -= settings.presencePenalty + count * settings.frequencyPenalty;
        constexpr double kLargest = std::numeric_limits<float>::max();
        state.scores[size_t(token)] = float(std::clamp(score, -kLargest, kLargest));
    }
}

void applyTopK(const SamplerSettings &settings, SamplingState &state)
{
    state.tokens = largestScores(state.scores, size_t(settings.topK));
    setWeights(state.tokens, 1);
    state.filled = true;
}

void applyTypical(const SamplerSettings &settings, SamplingState &state)
{
    state.fill();
    const double total = state.totalWeight();
    const double norm = std::log(total) + largestScore(state.tokens);
    double entropy = 0;
    for (WeightedToken &token : state.tokens) {
        token.key = norm - double(token.score); // −ln p
        entropy += token.weight / total * token.key;
    }
    for (WeightedToken &token : state.tokens)
        token.key = std::fabs(token.key - entropy);
    keepShare(state, settings.typicalP);
}

void applyTopP(const SamplerSettings &settings, SamplingState &state)
{
    state.fill();
    for (WeightedToken &token : state.tokens)
        token.key = -double(token.score);
    keepShare(state, settings.topP);
}

void applyMinP(const SamplerSettings &settings, SamplingState &state)
{
    state.fill();
    double largest = 0;
    for (const WeightedToken &token : state.tokens)
        largest = std::max(largest, token.weight);
    std::erase_if(state.tokens,
                  [&](const WeightedToken &token) { return token.weight < settings.minP * largest; });
}

void applyTemperature(const SamplerSettings &settings, SamplingState &state)
{
    state.fill();
    setWeights(state.tokens, settings.temperature);
}

constexpr SamplerStage kStages[] = {
    {"penalties",
     [](const SamplerSettings &s) {
         return s.repeatPenalty != 1 || s.presencePenalty != 0 || s.frequencyPenalty != 0;
     },
     applyPenalties},
    {"top-k", [](const SamplerSettings &s) { return s.temperature > 0 && s.topK > 0; }, applyTopK},
    {"typical-p", [](const SamplerSettings &s) { return s.temperature > 0 && s.typicalP < 1; }, applyTypical},
    {"top-p", [](const SamplerSettings &s) { return s.temperature > 0 && s.topP < 1; }, applyTopP},
    {"min-p", [](const SamplerSettings &s) { return s.temperature > 0 && s.minP > 0; }, applyMinP},
    {"temperature", [](const SamplerSettings &s) { return s.temperature > 0; }, applyTemperature},
};

} // namespace

std::span<const SamplerStage> samplerStages()
{
    return kStages;
}

void SamplingState::fill()
{
    if (filled)
        return;
    filled = true;
    tokens.clear();
    tokens.reserve(scores.size());
    for (size_t id = 0; id < scores.size(); ++id) {
        if (scores[id] != kMasked)
            tokens.push_back({int32_t(id), scores[id], 0, 0});
    }
    setWeights(tokens, 1);
}

double SamplingState::totalWeight() const
{
    double total = 0;
    for (const WeightedToken &token : tokens)
        total += token.weight;
    return total;
}

std::vector<WeightedToken> largestScores(std::span<const float> scores, size_t count)
{
    std::vector<WeightedToken> kept; // a heap whose front is the worst of the best
    count = std::min(count, scores.size());
    if (count == 0)
        return kept;
    kept.reserve(count);
    for (size_t id = 0; id < scores.size(); ++id) {
        const WeightedToken token{int32_t(id), scores[id], 0, 0};
        if (scores[id] == kMasked || (kept.size() == count && !better(token, kept.front())))
            continue;
        if (kept.size() == count) {
            std::pop_heap(kept.begin(), kept.end(), better);
            kept.back() = token;
        } else {
            kept.push_back(token);
        }
        std::push_heap(kept.begin(), kept.end(), better);
    }
    std::sort_heap(kept.begin(), kept.end(), better);
    return kept;
}

} // namespace lathe
