// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/architecture.h"
#include "core/model/quantized_matrix.h"
#include "core/tensor/dtype.h"

#include <bitset>
#include <nlohmann/json.hpp>
#include <string>

namespace lathe {

/// What a config.json says.
struct HfConfig {
    ModelConfig config; ///< complete and checked; rope.style is Halves
    const Architecture *architecture = nullptr;
    std::bitset<size_t(Role::Count)> biases; ///< linears that have one, by the bias's role
    DType stored = DType::F32;               ///< torch_dtype, for estimates without weights
    std::optional<QuantizationConfig> quantization;
};

/// Reads config.json in the key styles of transformers 4 (rope_theta, rope_scaling, torch_dtype) and 5
/// (rope_parameters, dtype), also nested in text_config. `subject` names the file. What is not there takes
/// transformers' default of that model_type. Errors name the setting: an unsupported model_type, rope
/// scaling, activation or other setting that changes the computation; sizes that are missing, of a wrong
/// type, over their limits or not consistent.
Result<HfConfig> readHfConfig(const nlohmann::json &document, const std::string &subject);

/// Its `quantization_config`, if there is one. Errors: those of readQuantizationConfig.
Result<std::optional<QuantizationConfig>> readHfQuantization(const nlohmann::json &document,
                                                             const std::string &subject);

} // namespace lathe
