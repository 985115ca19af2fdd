// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"
#include "core/model/hf_family.h"

#include <optional>
#include <span>
#include <string_view>

namespace lathe {

/// An extent of a tensor, as a size of the config.
enum class Extent : uint8_t {
    One, ///< the tensor is a vector: a norm or a bias
    Hidden,
    Vocabulary,
    QueryWidth,
    KvWidth,
    HeadDim,
    FeedForward,
    RotaryPairs,
    Positions,         ///< the trained context
    Experts,           ///< rows of the router
    ExpertFeedForward, ///< experts · their feed-forward size
    ExpertFeedForwardOfOne,
    ExpertHidden, ///< experts · hidden
    SharedFeedForward,
    OneRow, ///< a matrix of one row
};

/// Which rows of a file's tensor are the weight: q, k and v, or gate and up, may lie in one tensor.
enum class Part : uint8_t { Whole, Query, Key, Value, Gate, Up };

/// How a tensor of a Hugging Face folder differs from the weight.
enum class HfForm : uint8_t {
    Plain,
    Transposed, ///< (input, output), GPT-2's Conv1D; parts are columns
    PerHead,    ///< the rows of q, k and v of each head lie together, head by head (GPT-NeoX)
    PlusOne,    ///< the weight is 1 + the tensor (Gemma's norms)
};

/// In which layers a tensor is.
enum class In : uint8_t { AllLayers, Dense, Experts };

/// One tensor that an architecture may have: its names in files, its role and shape. In names "{}" is the
/// layer; a second "{}" in `hfName` is the expert: the file has a tensor for each, the weight is their rows
/// one after another. An empty name: not in such files. Where a role has several rules, the first whose
/// tensor is there counts, and `required` asks for any of them.
struct TensorRule {
    std::string_view ggufName;
    std::string_view hfName;
    Role role;
    Extent rows;
    Extent cols;
    bool required = true;
    Part part = Part::Whole;
    HfForm hfForm = HfForm::Plain;
    In in = In::AllLayers;
};

/// All that is special about an architecture. Adding one is a file in core/model/architectures/ and a line in
/// its registry.
struct Architecture {
    std::string_view ggufName;            ///< general.architecture
    std::span<const HfFamily> hfFamilies; ///< by model_type of config.json
    std::span<const TensorRule> tensors;
    RopeStyle ggufRope = RopeStyle::Halves;   ///< how the rows of q and k are ordered in GGUF files
    Activation activation = Activation::Silu; ///< of a GGUF file; of a folder where it names none
    NormKind norm = NormKind::Rms;
    bool rotary = true;
    bool parallelResidual = false; ///< where the file does not say
    bool scaledEmbedding = false;  ///< by √hidden
    /// Of `windowPeriod` layers the last has full attention, the others a window; 0: all have one.
    uint32_t windowPeriod = 0;
    uint32_t window = 0;          ///< where the file does not say; 0: full attention
    double localRopeBase = 0;     ///< of layers with a window, without scaling; 0: as all layers
    float attentionSoftcap = 0;   ///< where the file does not say
    float logitSoftcap = 0;       ///< where the file does not say
    uint32_t wideScaleLayers = 0; ///< a GGUF model of so many layers scales q·k by 1/√(hidden / heads)
    bool normaliseExperts = true;
    /// Metadata keys (after "<architecture>.") that change the computation in a way this build does not do,
    /// with the only value that is accepted.
    struct Refused {
        std::string_view key;
        double accepted;
    };
    std::span<const Refused> refused;
    /// Ends of names of Hugging Face tensors that are no weights (masks, frequencies).
    std::span<const std::string_view> hfIgnored;
    std::string_view hfPrefix = {}; ///< of hfNames, which some folders leave out
};

std::span<const Architecture *const> allArchitectures();
const Architecture *findGgufArchitecture(std::string_view name);
/// A family of folders and the architecture that it belongs to.
struct HfModel {
    const Architecture *architecture;
    const HfFamily *family;
};
std::optional<HfModel> findHfModel(std::string_view modelType);

/// The value of an extent for a layer (−1: outside the layers).
uint64_t extentOf(const ModelConfig &config, int layer, Extent extent);

/// The rows of a fused tensor (of a fused bias: its columns) that a part takes.
struct PartRows {
    uint64_t first = 0;
    uint64_t count = 0;
    uint64_t total = 0; ///< of the whole tensor
};
/// `whole` is the extent of a weight that is all of its tensor.
PartRows partRows(const ModelConfig &config, int layer, Part part, uint64_t whole);

/// `pattern` with its first "{}" replaced.
std::string numbered(std::string_view pattern, uint64_t number);

} // namespace lathe
