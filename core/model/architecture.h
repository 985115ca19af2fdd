// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"

#include <optional>
#include <span>
#include <string_view>

namespace lathe {

/// An extent of a tensor, as a size of the config.
enum class Extent : uint8_t { One, Hidden, Vocabulary, QueryWidth, KvWidth, FeedForward, RotaryPairs };

/// One tensor that an architecture may have: its name in a GGUF file ("{}" is the layer), its role and shape.
struct TensorRule {
    std::string_view ggufName;
    Role role;
    Extent rows;
    Extent cols;
    bool required = true;
};

/// All that is special about an architecture. Adding one is a file in core/model/architectures/ and a line in
/// its registry.
struct Architecture {
    std::string_view ggufName; ///< general.architecture
    RopeStyle ggufRope;        ///< how the rows of q and k are ordered in GGUF files
    Activation activation;
    std::span<const TensorRule> tensors;
    /// Metadata keys (after "<architecture>.") that change the computation in a way this build does not do,
    /// with the only value that is accepted.
    struct Refused {
        std::string_view key;
        double accepted;
    };
    std::span<const Refused> refused;
};

std::span<const Architecture *const> allArchitectures();
const Architecture *findGgufArchitecture(std::string_view name);

/// The value of an extent for a layer (−1: outside the layers).
uint64_t extentOf(const ModelConfig &config, int layer, Extent extent);

} // namespace lathe
