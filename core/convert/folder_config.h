// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/convert/target_tensor.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace lathe {

/// What config.json repeats of the tokenizer.
struct NamedTokens {
    std::optional<uint32_t> bos, eos, pad;
};

/// A config.json, in the keys that transformers 4 and 5 both read, for a model from a GGUF file: of the first
/// family of its architecture that can say all that it computes. Errors: the setting that none can say.
Result<nlohmann::ordered_json> folderConfig(const ConvertInput &input, const NamedTokens &tokens);

/// Whether a config.json describes this model: the same settings and biases.
bool describes(const nlohmann::json &config, const ConvertInput &input);

/// "float32", as config.json spells a type.
std::string_view torchName(DType type);

/// Sets rope_theta, rope_scaling and what stands beside them. Errors: factors of frequencies that are not
/// Llama 3's.
Result<> setFolderRope(const ConvertInput &input, const HfFamily &family, nlohmann::ordered_json &json);

} // namespace lathe
