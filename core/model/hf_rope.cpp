// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/hf_rope.h"

#include "core/formats/printable.h"
#include "core/model/config_check.h"
#include "core/model/rotary.h"

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

Result<double> numberOr(const JsonObject &json, std::string_view key, double fallback)
{
    LATHE_ASSIGN(const auto value, json.number(key));
    return value.value_or(fallback);
}

Result<double> required(const JsonObject &json, std::string_view key)
{
    LATHE_ASSIGN(const auto value, json.number(key));
    if (!value)
        return json.bad(key, "is missing");
    return *value;
}

Result<> readOriginal(const JsonObject &json, std::optional<uint32_t> fallback, RopeConfig &rope)
{
    LATHE_ASSIGN(const auto value, json.unsignedInteger("original_max_position_embeddings"));
    if (!value && !fallback)
        return json.bad("original_max_position_embeddings", "is missing");
    if (value && (*value == 0 || *value > kMaxContext))
        return json.bad("original_max_position_embeddings", "is " + std::to_string(*value));
    rope.originalContext = value ? uint32_t(*value) : *fallback;
    return {};
}

Result<> readLlama3(const JsonObject &json, RopeConfig &rope)
{
    LATHE_ASSIGN(rope.factor, required(json, "factor"));
    LATHE_ASSIGN(rope.lowFrequency, required(json, "low_freq_factor"));
    LATHE_ASSIGN(rope.highFrequency, required(json, "high_freq_factor"));
    return readOriginal(json, std::nullopt, rope);
}

/// transformers' get_mscale.
double magnitude(double factor, double scale)
{
    return factor > 1 ? 0.1 * scale * std::log(factor) + 1 : 1;
}

Result<> readYarn(const JsonObject &json, uint32_t context, RopeConfig &rope)
{
    LATHE_TRY(readOriginal(json, context, rope));
    LATHE_ASSIGN(rope.factor, numberOr(json, "factor", double(context) / rope.originalContext));
    LATHE_ASSIGN(const auto fast, json.number("beta_fast"));
    LATHE_ASSIGN(const auto slow, json.number("beta_slow"));
    rope.betaFast = fast.value_or(32);
    rope.betaSlow = slow.value_or(1);
    LATHE_ASSIGN(const auto truncate, json.boolean("truncate"));
    if (truncate && !*truncate)
        return fail(Errc::Unsupported, json.subject(), "unsupported: " + json.label("truncate") + " false",
                    "use a model without this setting");
    LATHE_ASSIGN(const auto attention, json.number("attention_factor"));
    LATHE_ASSIGN(const double all, numberOr(json, "mscale_all_dim", 0));
    LATHE_ASSIGN(const double scale, numberOr(json, "mscale", 0));
    if (attention && !(*attention > 0))
        return json.bad("attention_factor", "must be above 0");
    if (attention)
        rope.attentionFactor = *attention;
    else if (scale > 0 && all > 0)
        rope.attentionFactor = magnitude(rope.factor, scale) / magnitude(rope.factor, all);
    return {};
}

Result<std::vector<float>> readFactors(const JsonObject &json, std::string_view key, uint32_t count)
{
    const nlohmann::json *list = json.find(key);
    if (!list || !list->is_array() || list->size() != count)
        return json.bad(key, "is no list of " + std::to_string(count) + " factors");
    std::vector<float> factors;
    for (const nlohmann::json &value : *list) {
        const double factor = value.is_number() ? value.get<double>() : 0;
        if (!(factor > 0 && factor < 1e9))
            return json.bad(key, "has a factor that is not above 0");
        factors.push_back(float(factor));
    }
    return factors;
}

/// Factors for short and long contexts, and what cosines and sines are multiplied by (Ding et al. 2024).
Result<> readLongRope(const JsonObject &json, uint32_t original, uint32_t context, RopeConfig &rope)
{
    LATHE_TRY(readOriginal(json, original, rope));
    LATHE_ASSIGN(rope.frequencyFactors, readFactors(json, "short_factor", rope.dim / 2));
    LATHE_ASSIGN(rope.longFactors, readFactors(json, "long_factor", rope.dim / 2));
    LATHE_ASSIGN(const double factor, numberOr(json, "factor", double(context) / rope.originalContext));
    const double automatic =
        factor > 1 ? std::sqrt(1 + std::log(factor) / std::log(double(rope.originalContext))) : 1.0;
    LATHE_ASSIGN(rope.attentionFactor, numberOr(json, "attention_factor", automatic));
    if (!(rope.attentionFactor > 0) || !std::isfinite(rope.attentionFactor))
        return json.bad("attention_factor", "is out of range");
    return {};
}

Result<> readScaling(const JsonObject &json, uint32_t original, uint32_t context, RopeConfig &rope)
{
    LATHE_ASSIGN(const auto type, json.string(json.find("rope_type") ? "rope_type" : "type"));
    const std::string name = type.value_or("default");
    if (name == "default")
        return {};
    if (name == "linear") {
        rope.scaling = RopeScaling::Linear;
        LATHE_ASSIGN(rope.factor, required(json, "factor"));
        return {};
    }
    if (name == "llama3") {
        rope.scaling = RopeScaling::Llama3;
        return readLlama3(json, rope);
    }
    if (name == "yarn") {
        rope.scaling = RopeScaling::Yarn;
        return readYarn(json, context, rope);
    }
    if (name == "longrope" || name == "su")
        return readLongRope(json, original, context, rope);
    return fail(Errc::Unsupported, json.subject(), "unsupported: rope scaling \"" + printable(name) + '"',
                "supported: default, linear, llama3, yarn, longrope");
}

/// One object of the new key style, which holds all.
Result<RopeConfig> readOne(const JsonObject &json, const HfRopeDefaults &defaults, uint32_t original,
                           const ModelConfig &config)
{
    RopeConfig rope;
    rope.style = RopeStyle::Halves;
    LATHE_ASSIGN(rope.base, numberOr(json, "rope_theta", defaults.theta));
    LATHE_ASSIGN(const double share, numberOr(json, "partial_rotary_factor", defaults.share));
    if (!(share > 0 && share <= 1))
        return json.bad("partial_rotary_factor", "is not above 0 and at most 1");
    rope.dim = uint32_t(config.headDim * share);
    LATHE_TRY(readScaling(json, original, config.contextTrained, rope));
    return rope;
}

void turnWindowsBy(const RopeConfig &local, ModelConfig &config)
{
    config.localRope = local;
    for (LayerConfig &layer : config.layers)
        layer.localRope = layer.window > 0;
}

} // namespace

Result<> readHfRope(const JsonObject &json, const HfRopeDefaults &defaults, ModelConfig &config)
{
    const bool isNew = json.find("rope_parameters");
    LATHE_ASSIGN(auto settings, json.object(isNew ? "rope_parameters" : "rope_scaling"));
    static const nlohmann::json kNone = nlohmann::json::object();
    const JsonObject one = settings ? *settings : JsonObject(kNone, json.subject());
    // LongRoPE's models have it beside the object, for this one alone.
    LATHE_ASSIGN(const auto given, json.unsignedInteger("original_max_position_embeddings"));
    if (given && (*given == 0 || *given > kMaxContext))
        return json.bad("original_max_position_embeddings", "is " + std::to_string(*given));
    const uint32_t original = given ? uint32_t(*given) : config.contextTrained;
    const bool perKind = one.find("full_attention") || one.find("sliding_attention");
    if (perKind) {
        LATHE_ASSIGN(const auto full, one.object("full_attention"));
        LATHE_ASSIGN(const auto sliding, one.object("sliding_attention"));
        if (!full || !sliding)
            return json.bad("rope_parameters", "has not both full_attention and sliding_attention");
        LATHE_ASSIGN(config.rope, readOne(*full, defaults, original, config));
        HfRopeDefaults local = defaults;
        local.theta = defaults.localTheta > 0 ? defaults.localTheta : defaults.theta;
        LATHE_ASSIGN(const RopeConfig turned, readOne(*sliding, local, original, config));
        turnWindowsBy(turned, config);
        return {};
    }
    LATHE_ASSIGN(config.rope, readOne(one, defaults, original, config));
    if (defaults.localTheta > 0) {
        RopeConfig local;
        local.base = defaults.localTheta;
        local.dim = config.rope.dim;
        local.style = RopeStyle::Halves;
        turnWindowsBy(local, config);
    }
    return {};
}

} // namespace lathe
