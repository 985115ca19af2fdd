// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/config.h"

#include <string>
#include <string_view>

namespace lathe {

/// Largest sizes of any model that is taken in. They keep every product of two of them far below 64 bits.
constexpr uint64_t kMaxLayers = 512;    ///< three times the deepest known
constexpr uint64_t kMaxWidth = 1 << 20; ///< hidden, FFN, heads · head size
constexpr uint64_t kMaxVocabulary = 1 << 22;
constexpr uint64_t kMaxContext = 1 << 26;
constexpr uint64_t kMaxHeadDim = 4096;

/// What a file calls the settings of a config, for messages.
struct ConfigNames {
    std::string file;
    std::string hidden, context, layers, vocabulary, heads, kvHeads, headDim, feedForward, normEps;
    std::string ropeDim, ropeBase, ropeFactor, ropeOriginal, ropeBeta;
    std::string experts, expertsUsed;
};

/// Whether a config describes a decoder that can be built: every size in its limits, heads a multiple of the
/// key/value heads, an even number of rotated columns within a head, finite scales. Errors name the setting.
Result<> checkModelConfig(const ModelConfig &config, const ConfigNames &names);

} // namespace lathe
