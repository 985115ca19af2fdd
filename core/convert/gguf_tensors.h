// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/target_tensor.h"

namespace lathe {

/// The tensors of a GGUF file, and what of a folder's tensors they do not say.
struct GgufTensors {
    std::vector<TargetTensor> tensors;
    /// "BF16 model.norm.weight": the folder's type of a tensor that is F32 here, where it is not mainType().
    std::vector<std::string> types;
    /// The folder's values of a tensor w, by its name, where (1 + w) − 1 is not w in F32.
    std::vector<std::pair<std::string, std::vector<float>>> exact;
};

/// As llama.cpp has them: vectors, routers and learned positions in F32 (exact), q and k of Llama with rotary
/// pairs side by side, 1 + w of Gemma's norms, experts stacked, factors of the rotary frequencies as tensors.
/// Losses: a weight type that GGUF has not.
Result<GgufTensors> ggufTensors(const ConvertInput &input, Losses &losses);

/// Llama 3's factors of the rotary frequencies as GGUF has them: what each divides a frequency by.
std::vector<float> llama3Factors(const RopeConfig &rope);

} // namespace lathe
