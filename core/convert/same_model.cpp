// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/same_model.h"

#include "core/model/rotary.h"

#include <array>
#include <cmath>

namespace lathe {

namespace {

constexpr double kTolerance = 1e-6; ///< of values that went through F32, some 1e-7 each

bool near(double a, double b)
{
    return std::abs(a - b) <= kTolerance * std::max(std::abs(a), std::abs(b));
}

double scaleOf(const ModelConfig &config)
{
    return config.attentionScale > 0 ? config.attentionScale : 1 / std::sqrt(double(config.headDim));
}

bool turnSame(const RopeConfig &a, const RopeConfig &b, uint32_t context)
{
    if (a.dim != b.dim)
        return false;
    if (a.dim == 0)
        return true;
    const Rotary left(a, context), right(b, context);
    for (size_t i = 0; i < left.inverseFrequencies().size(); ++i) {
        if (!near(left.inverseFrequencies()[i], right.inverseFrequencies()[i]))
            return false;
    }
    const int32_t start = 0;
    std::vector<float> first(a.dim), second(a.dim); // cosines of 0, times the attention factor
    left.fill(std::span(&start, 1), first);
    right.fill(std::span(&start, 1), second);
    return near(first[0], second[0]);
}

/// In a short cache and in one as long as the context that the model was trained for.
bool turnSame(const RopeConfig &a, const RopeConfig &b, const ModelConfig &config)
{
    const bool isLong = !a.longFactors.empty() || !b.longFactors.empty();
    if (isLong && a.originalContext != b.originalContext)
        return false;
    return turnSame(a, b, uint32_t(1)) && turnSame(a, b, config.contextTrained);
}

std::optional<std::string> layerDifference(const ModelConfig &a, const ModelConfig &b, size_t i)
{
    const LayerConfig &left = a.layers[i], &right = b.layers[i];
    const auto local = [](const ModelConfig &config, const LayerConfig &layer) {
        return layer.localRope && config.localRope;
    };
    const std::string where = " of layer " + std::to_string(i);
    if (left.heads != right.heads || left.kvHeads != right.kvHeads)
        return "the number of heads" + where;
    if (left.experts != right.experts)
        return "experts" + where;
    if (!left.experts && left.feedForward != right.feedForward)
        return "the feed-forward size" + where;
    if (left.window != right.window)
        return "the window" + where;
    if (local(a, left) != local(b, right) || (local(a, left) && !turnSame(*a.localRope, *b.localRope, a)))
        return "the rotary settings" + where;
    return std::nullopt;
}

bool haveSameExperts(const ExpertConfig &a, const ExpertConfig &b)
{
    return a.count == b.count && (a.count == 0 || (a.used == b.used && a.feedForward == b.feedForward &&
                                                   a.sharedFeedForward == b.sharedFeedForward &&
                                                   a.normalise == b.normalise && near(a.scale, b.scale)));
}

struct Setting {
    const char *name;
    bool same;
};

} // namespace

std::optional<std::string> firstDifference(const ModelConfig &a, const ModelConfig &b)
{
    const std::array settings{
        Setting{"the architecture", a.architecture == b.architecture},
        Setting{"the hidden size", a.hidden == b.hidden},
        Setting{"the head size", a.headDim == b.headDim},
        Setting{"the vocabulary", a.vocabulary == b.vocabulary},
        Setting{"the context", a.contextTrained == b.contextTrained},
        Setting{"the number of layers", a.layers.size() == b.layers.size()},
        Setting{"the kind of norm", a.norm == b.norm},
        Setting{"the norm's epsilon", near(a.normEps, b.normEps)},
        Setting{"the activation", a.activation == b.activation},
        Setting{"the parallel residual", a.parallelResidual == b.parallelResidual},
        Setting{"the scale of the embedding", near(a.embeddingScale, b.embeddingScale)},
        Setting{"the scale of q·k", near(scaleOf(a), scaleOf(b))},
        Setting{"the soft cap of q·k", near(a.attentionSoftcap, b.attentionSoftcap)},
        Setting{"the soft cap of the logits", near(a.logitSoftcap, b.logitSoftcap)},
        Setting{"the experts", haveSameExperts(a.experts, b.experts)},
        Setting{"the tied output head", a.tied == b.tied},
        Setting{"the rotary settings", turnSame(a.rope, b.rope, a)},
    };
    for (const Setting &setting : settings) {
        if (!setting.same)
            return setting.name;
    }
    for (size_t i = 0; i < a.layers.size(); ++i) {
        if (auto difference = layerDifference(a, b, i))
            return difference;
    }
    return std::nullopt;
}

} // namespace lathe
