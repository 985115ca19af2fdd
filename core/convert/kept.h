// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

/// What a GGUF file remembers of the folder that it was made from, so that the way back gives the folder
/// again (docs/formats.md). Whoever reads it checks that it still fits the model.
namespace lathe::kept {

/// The tokenizer.json as it is (ggml's docs/gguf.md).
inline constexpr std::string_view kTokenizer = "tokenizer.huggingface.json";
/// Files of the folder as they are: this and the file's name.
inline constexpr std::string_view kFile = "lathe.folder.file.";
inline constexpr std::array<std::string_view, 5> kFiles{"config.json", "generation_config.json",
                                                        "tokenizer_config.json", "special_tokens_map.json",
                                                        "added_tokens.json"};
/// "BF16 model.norm.weight": types of tensors that are F32 in the GGUF file (an array of strings).
inline constexpr std::string_view kTypes = "lathe.folder.types";
/// '=' and what stands before the tensors' names where that is not the usual prefix.
inline constexpr std::string_view kPrefix = "lathe.folder.prefix";
/// This and a tensor's name: its values, where the GGUF file's do not give them back.
inline constexpr std::string_view kExact = "lathe.folder.exact.";

} // namespace lathe::kept
