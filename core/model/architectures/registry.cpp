// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

constexpr std::array kArchitectures{&kLlama,  &kQwen2,  &kQwen2Moe, &kQwen3,   &kQwen3Moe, &kPhi3,
                                    &kGemma2, &kGemma3, &kGpt2,     &kGptNeox, &kOlmo2};

/// By Role.
constexpr std::array<std::string_view, size_t(Role::Count)> kNames{
    "token_embd.weight",
    "position_embd.weight",
    "output_norm.weight",
    "output_norm.bias",
    "output.weight",
    "rope_freqs.weight",
    "rope_factors_long.weight",
    "rope_factors_short.weight",
    "blk.{}.attn_norm.weight",
    "blk.{}.attn_norm.bias",
    "blk.{}.attn_q.weight",
    "blk.{}.attn_k.weight",
    "blk.{}.attn_v.weight",
    "blk.{}.attn_q_norm.weight",
    "blk.{}.attn_k_norm.weight",
    "blk.{}.attn_output.weight",
    "blk.{}.post_attention_norm.weight",
    "blk.{}.ffn_norm.weight",
    "blk.{}.ffn_norm.bias",
    "blk.{}.ffn_gate.weight",
    "blk.{}.ffn_up.weight",
    "blk.{}.ffn_down.weight",
    "blk.{}.post_ffw_norm.weight",
    "blk.{}.attn_q.bias",
    "blk.{}.attn_k.bias",
    "blk.{}.attn_v.bias",
    "blk.{}.attn_output.bias",
    "blk.{}.ffn_gate.bias",
    "blk.{}.ffn_up.bias",
    "blk.{}.ffn_down.bias",
    "blk.{}.ffn_gate_inp.weight",
    "blk.{}.ffn_gate_exps.weight",
    "blk.{}.ffn_up_exps.weight",
    "blk.{}.ffn_down_exps.weight",
    "blk.{}.ffn_gate_inp_shexp.weight",
    "blk.{}.ffn_gate_shexp.weight",
    "blk.{}.ffn_up_shexp.weight",
    "blk.{}.ffn_down_shexp.weight",
};
static_assert(kNames.back().size() > 0);

} // namespace

std::span<const Architecture *const> allArchitectures()
{
    return kArchitectures;
}

const Architecture *findGgufArchitecture(std::string_view name)
{
    for (const Architecture *architecture : kArchitectures) {
        if (architecture->ggufName == name)
            return architecture;
    }
    return nullptr;
}

std::optional<HfModel> findHfModel(std::string_view modelType)
{
    for (const Architecture *architecture : kArchitectures) {
        for (const HfFamily &family : architecture->hfFamilies) {
            if (family.modelType == modelType)
                return HfModel{architecture, &family};
        }
    }
    return std::nullopt;
}

std::string numbered(std::string_view pattern, uint64_t number)
{
    std::string name(pattern);
    if (const size_t at = name.find("{}"); at != std::string::npos)
        name.replace(at, 2, std::to_string(number));
    return name;
}

std::string tensorName(int layer, Role role)
{
    return numbered(kNames[size_t(role)], uint64_t(std::max(layer, 0)));
}

uint64_t extentOf(const ModelConfig &config, int layer, Extent extent)
{
    const LayerConfig none;
    const LayerConfig &shape = layer < 0 ? none : config.layers[size_t(layer)];
    const ExpertConfig &experts = config.experts;
    switch (extent) {
    case Extent::One:
    case Extent::OneRow:
        return 1;
    case Extent::Hidden:
        return config.hidden;
    case Extent::Vocabulary:
        return config.vocabulary;
    case Extent::QueryWidth:
        return uint64_t(shape.heads) * config.headDim;
    case Extent::KvWidth:
        return uint64_t(shape.kvHeads) * config.headDim;
    case Extent::HeadDim:
        return config.headDim;
    case Extent::FeedForward:
        return shape.feedForward;
    case Extent::RotaryPairs:
        return config.rope.dim / 2;
    case Extent::Positions:
        return config.contextTrained;
    case Extent::Experts:
        return experts.count;
    case Extent::ExpertFeedForward:
        return uint64_t(experts.count) * experts.feedForward;
    case Extent::ExpertFeedForwardOfOne:
        return experts.feedForward;
    case Extent::ExpertHidden:
        return uint64_t(experts.count) * config.hidden;
    case Extent::SharedFeedForward:
        return experts.sharedFeedForward;
    }
    return 0;
}

PartRows partRows(const ModelConfig &config, int layer, Part part, uint64_t whole)
{
    const uint64_t q = extentOf(config, layer, Extent::QueryWidth),
                   kv = extentOf(config, layer, Extent::KvWidth),
                   feedForward = extentOf(config, layer, Extent::FeedForward);
    switch (part) {
    case Part::Whole:
        return {0, whole, whole};
    case Part::Query:
        return {0, q, q + 2 * kv};
    case Part::Key:
        return {q, kv, q + 2 * kv};
    case Part::Value:
        return {q + kv, kv, q + 2 * kv};
    case Part::Gate:
        return {0, feedForward, 2 * feedForward};
    case Part::Up:
        return {feedForward, feedForward, 2 * feedForward};
    }
    return {};
}

} // namespace lathe
