// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lathe {

/// A setting that transformers takes where a family's config.json has none.
struct HfDefault {
    std::string_view key; ///< canonical: as Llama's config spells it
    double value;
};

/// How a family spells a setting in its config.json, where that is not the canonical way.
struct HfSpelling {
    std::string_view key; ///< canonical
    std::string_view own;
};

/// Which linears have biases.
enum class HfBiases : uint8_t { Never, Always, AttentionBias, MlpBias };

/// Where the sliding window is.
enum class HfWindows : uint8_t {
    None,         ///< the family has no window
    All,          ///< in all layers, if there is one
    Switched,     ///< in all layers, if use_sliding_window
    Upper,        ///< in the layers from max_window_layers on, if use_sliding_window
    AlternateTwo, ///< in layers 0, 2, 4, …
    Pattern,      ///< in all but each sliding_window_pattern-th layer
};

/// What config.json means for one model_type, as data: configuration_<model_type>.py and
/// modeling_<model_type>.py of transformers.
struct HfFamily {
    std::string_view modelType;
    std::string_view className; ///< of the model for text: "LlamaForCausalLM"
    std::span<const HfSpelling> spellings;
    std::span<const HfDefault> defaults;
    HfBiases qkvBiases = HfBiases::Never;
    HfBiases outputBiases = HfBiases::Never;
    HfBiases mlpBiases = HfBiases::Never;
    HfWindows windows = HfWindows::None;
    bool experts = false;
    bool sparseLayers = false; ///< decoder_sparse_step and mlp_only_layers count
    bool sharedExpert = false;
    bool normalisesExperts = false; ///< always; otherwise norm_topk_prob
    /// The inner size where the file has none, as a multiple of hidden_size; 0: it must be there.
    uint32_t feedForwardFactor = 0;
};

} // namespace lathe
