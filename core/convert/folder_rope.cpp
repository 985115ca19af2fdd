// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/folder_config.h"
#include "core/convert/gguf_tensors.h"
#include "core/convert/json_number.h"
#include "core/model/hf_settings.h"
#include "core/model/rotary.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {

namespace {

using Json = nlohmann::ordered_json;

constexpr float kTolerance = 1e-5f; ///< of factors that another program computed in F32

bool gives(const RopeConfig &guess, std::span<const float> factors)
{
    const std::vector<float> own = llama3Factors(guess);
    return std::ranges::equal(own, factors,
                              [](float a, float b) { return std::abs(a - b) <= kTolerance * b; });
}

/// A GGUF file has Llama 3's scaling as its factors only. The largest one is the scaling's; of the other
/// settings those are tried that models have: the original context a power of two, whole bounds.
std::optional<RopeConfig> llama3From(const RopeConfig &rope)
{
    constexpr std::array kBounds{std::pair{1.0, 4.0},  std::pair{1.0, 2.0}, std::pair{1.0, 8.0},
                                 std::pair{1.0, 32.0}, std::pair{2.0, 4.0}, std::pair{2.0, 8.0}};
    RopeConfig guess = rope;
    guess.scaling = RopeScaling::Llama3;
    guess.factor = *std::ranges::max_element(rope.frequencyFactors);
    guess.frequencyFactors.clear();
    for (const auto &[low, high] : kBounds) {
        guess.lowFrequency = low;
        guess.highFrequency = high;
        for (uint32_t context = 8192; context >= 16; context /= 2) { // 8,192 is that of Meta's models
            guess.originalContext = context;
            if (gives(guess, rope.frequencyFactors))
                return guess;
        }
        for (uint32_t context = 16384; context <= uint32_t(1) << 24; context *= 2) {
            guess.originalContext = context;
            if (gives(guess, rope.frequencyFactors))
                return guess;
        }
    }
    return std::nullopt;
}

Json llama3Json(const RopeConfig &rope)
{
    return {{"rope_type", "llama3"},
            {"factor", jsonNumber(rope.factor)},
            {"low_freq_factor", jsonNumber(rope.lowFrequency)},
            {"high_freq_factor", jsonNumber(rope.highFrequency)},
            {"original_max_position_embeddings", rope.originalContext}};
}

Json yarnJson(const RopeConfig &rope)
{
    Json json{{"rope_type", "yarn"},
              {"factor", jsonNumber(rope.factor)},
              {"original_max_position_embeddings", rope.originalContext},
              {"beta_fast", jsonNumber(rope.betaFast)},
              {"beta_slow", jsonNumber(rope.betaSlow)}};
    if (rope.attentionFactor > 0)
        json["attention_factor"] = jsonNumber(rope.attentionFactor);
    return json;
}

Json numbers(std::span<const float> values)
{
    Json list = Json::array();
    for (const float value : values)
        list.push_back(jsonNumber(value));
    return list;
}

/// In the three keys that transformers 4 asks for; a fourth where the factor of cosines and sines is not the
/// one that follows from the contexts.
Json longRopeJson(const RopeConfig &rope, uint32_t context)
{
    Json json{{"type", "longrope"},
              {"short_factor", numbers(rope.frequencyFactors)},
              {"long_factor", numbers(rope.longFactors)}};
    const double factor = double(context) / rope.originalContext;
    const double usual = factor > 1 ? std::sqrt(1 + std::log(factor) / std::log(rope.originalContext)) : 1;
    const double own = rope.attentionFactor > 0 ? rope.attentionFactor : 1;
    if (std::abs(usual - own) > 1e-6 * usual) // beyond the rounding to F32
        json["attention_factor"] = jsonNumber(own);
    return json;
}

} // namespace

Result<> setFolderRope(const ConvertInput &input, const HfFamily &family, Json &json)
{
    const RopeConfig &rope = input.config().rope;
    const auto set = [&](std::string_view key, Json value) {
        json[std::string(spellingIn(family, key))] = std::move(value);
    };
    set("rope_theta", jsonNumber(rope.base));
    double share = double(rope.dim) / input.config().headDim;
    if (uint32_t(input.config().headDim * share) < rope.dim) // readers cut the product
        share = std::nextafter(share, 1.0);
    if (rope.dim != input.config().headDim || defaultOf(family, "partial_rotary_factor"))
        set("partial_rotary_factor", share);
    if (input.config().localRope)
        set("rope_local_base_freq", jsonNumber(input.config().localRope->base));
    Json scaling;
    if (!rope.longFactors.empty()) {
        scaling = longRopeJson(rope, input.config().contextTrained);
        set("original_max_position_embeddings", rope.originalContext);
    } else if (!rope.frequencyFactors.empty()) {
        const auto llama3 = llama3From(rope);
        if (!llama3)
            return fail(Errc::Unsupported, input.model.path().string(),
                        "unsupported: rope_freqs.weight, which is not Llama 3's scaling, in a folder",
                        "keep the model in a GGUF file");
        scaling = llama3Json(*llama3);
    } else if (rope.scaling == RopeScaling::Linear) {
        scaling = {{"rope_type", "linear"}, {"factor", jsonNumber(rope.factor)}};
    } else if (rope.scaling == RopeScaling::Yarn) {
        scaling = yarnJson(rope);
    }
    set("rope_scaling", std::move(scaling));
    return {};
}

} // namespace lathe
