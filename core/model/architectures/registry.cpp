// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architectures/architectures.h"

#include <array>

namespace lathe {

namespace {

constexpr std::array<const Architecture *, 1> kArchitectures{&kLlama};

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

uint64_t extentOf(const ModelConfig &config, int layer, Extent extent)
{
    const LayerConfig none;
    const LayerConfig &shape = layer < 0 ? none : config.layers[size_t(layer)];
    switch (extent) {
    case Extent::One:
        return 1;
    case Extent::Hidden:
        return config.hidden;
    case Extent::Vocabulary:
        return config.vocabulary;
    case Extent::QueryWidth:
        return uint64_t(shape.heads) * config.headDim;
    case Extent::KvWidth:
        return uint64_t(shape.kvHeads) * config.headDim;
    case Extent::FeedForward:
        return shape.feedForward;
    case Extent::RotaryPairs:
        return config.rope.dim / 2;
    }
    return 0;
}

} // namespace lathe
