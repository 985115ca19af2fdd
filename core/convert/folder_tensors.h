// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/target_tensor.h"

#include <map>

namespace lathe {

/// What a GGUF file that came from a folder remembers of that folder's tensors (GgufTensors).
struct FolderTensorNotes {
    std::string prefix;                              ///< of the names, in place of the usual one
    std::map<std::string, DType> types;              ///< by name
    std::map<std::string, std::vector<float>> exact; ///< by name
};
/// Those of the model's GGUF file, or of the folder itself.
FolderTensorNotes folderTensorNotes(const ConvertInput &input);
/// '=' and what stands before the names of a folder's tensors, where that is not the usual prefix; else
/// empty.
std::string folderPrefix(const ConvertInput &input);

/// The tensors of model.safetensors: each architecture's names, rotary pairs in halves, GPT-2's matrices
/// (input, output), GPT-NeoX's q, k, v head by head, w of Gemma's 1 + w, each expert's matrices apart.
/// Vectors that are F32 in a GGUF file take the type of the matrices where it holds their values exactly.
/// Losses: quantized types; "norms": a norm v for which 1 + (v − 1) is not v.
Result<std::vector<TargetTensor>> folderTensors(const ConvertInput &input, const FolderTensorNotes &notes,
                                                Losses &losses);

} // namespace lathe
