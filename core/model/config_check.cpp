// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_check.h"

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

tl::unexpected<Error> bad(const ConfigNames &names, std::string_view setting, std::string what)
{
    return fail(Errc::BadInput, names.file, std::string(setting) + " " + what,
                "the file is damaged or was made by a faulty converter: get it again");
}

Result<> checkSize(const ConfigNames &names, std::string_view setting, uint64_t value, uint64_t limit)
{
    if (value == 0 || value > limit)
        return bad(names, setting,
                   "is " + std::to_string(value) + ", allowed are 1 to " + std::to_string(limit));
    return {};
}

Result<> checkLayer(const ModelConfig &config, const LayerConfig &layer, const ConfigNames &names)
{
    LATHE_TRY(checkSize(names, names.heads, layer.heads, kMaxWidth));
    LATHE_TRY(checkSize(names, names.kvHeads, layer.kvHeads, kMaxWidth));
    if (!layer.experts)
        LATHE_TRY(checkSize(names, names.feedForward, layer.feedForward, kMaxWidth));
    if (layer.heads % layer.kvHeads != 0)
        return bad(names, names.heads,
                   std::to_string(layer.heads) + " is not a multiple of " + std::to_string(layer.kvHeads) +
                       " key/value heads");
    if (uint64_t(layer.heads) * config.headDim > kMaxWidth)
        return bad(names, names.heads, "times the head size is over " + std::to_string(kMaxWidth));
    return {};
}

Result<> checkRope(const RopeConfig &rope, const ModelConfig &config, const ConfigNames &names)
{
    if (rope.dim == 0 || rope.dim > config.headDim)
        return bad(names, names.ropeDim,
                   "is " + std::to_string(rope.dim) + ", allowed are 1 to " + std::to_string(config.headDim));
    if (rope.dim % 2 != 0)
        return bad(names, names.ropeDim, "is odd");
    if (!(rope.base > 1) || !std::isfinite(rope.base))
        return bad(names, names.ropeBase, "must be above 1");
    if (!(rope.factor > 0) || !std::isfinite(rope.factor))
        return bad(names, names.ropeFactor, "must be above 0");
    if (rope.scaling == RopeScaling::Yarn || rope.scaling == RopeScaling::Llama3)
        LATHE_TRY(checkSize(names, names.ropeOriginal, rope.originalContext, kMaxContext));
    if (rope.scaling == RopeScaling::Yarn && !(rope.betaFast > 0 && rope.betaSlow > 0))
        return bad(names, names.ropeBeta, "must be above 0");
    if (rope.scaling == RopeScaling::Llama3 &&
        !(rope.lowFrequency > 0 && rope.highFrequency > rope.lowFrequency))
        return bad(names, names.ropeBeta, "must be above 0, the high one above the low one");
    return {};
}

Result<> checkExperts(const ExpertConfig &experts, const ConfigNames &names)
{
    if (experts.count == 0)
        return {};
    LATHE_TRY(checkSize(names, names.experts, experts.count, kMaxExperts));
    LATHE_TRY(checkSize(names, names.expertsUsed, experts.used, std::min(experts.count, kMaxUsedExperts)));
    LATHE_TRY(checkSize(names, names.feedForward, experts.feedForward, kMaxWidth));
    if (experts.sharedFeedForward > kMaxWidth)
        return bad(names, names.feedForward, "of the shared expert is over " + std::to_string(kMaxWidth));
    return {};
}

} // namespace

Result<> checkModelConfig(const ModelConfig &config, const ConfigNames &names)
{
    LATHE_TRY(checkSize(names, names.hidden, config.hidden, kMaxWidth));
    LATHE_TRY(checkSize(names, names.context, config.contextTrained, kMaxContext));
    LATHE_TRY(checkSize(names, names.vocabulary, config.vocabulary, kMaxVocabulary));
    LATHE_TRY(checkSize(names, names.layers, config.layers.size(), kMaxLayers));
    LATHE_TRY(checkSize(names, names.headDim, config.headDim, kMaxHeadDim));
    if (!(config.normEps >= 0 && config.normEps < 1))
        return bad(names, names.normEps, "is missing or not in 0…1");
    for (const float scale : {config.embeddingScale, config.attentionScale, config.attentionSoftcap,
                              config.logitSoftcap, config.experts.scale}) {
        if (!(scale >= 0) || !std::isfinite(scale))
            return bad(names, "a scale or soft cap", "is negative or not finite");
    }
    LATHE_TRY(checkExperts(config.experts, names));
    for (const LayerConfig &layer : config.layers)
        LATHE_TRY(checkLayer(config, layer, names));
    if (config.rope.dim > 0)
        LATHE_TRY(checkRope(config.rope, config, names));
    if (config.localRope)
        LATHE_TRY(checkRope(*config.localRope, config, names));
    return {};
}

} // namespace lathe
