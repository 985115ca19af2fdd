// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lathe {

/// What adapter_config.json of a PEFT LoRA folder says about sizes and scales
/// (https://huggingface.co/docs/peft, LoraConfig).
struct PeftConfig {
    uint64_t rank = 0;
    double alpha = 0;
    std::string base;            ///< base_model_name_or_path; empty if it says none
    bool rankStabilised = false; ///< the scale is alpha / √rank (Kalajdzievski 2023)
    /// By the end of a module's name, the first that fits counts.
    std::vector<std::pair<std::string, uint64_t>> ranks;
    std::vector<std::pair<std::string, double>> alphas;

    uint64_t rankOf(std::string_view module) const;
    /// What the product B · A of a module is multiplied by.
    double scaleOf(std::string_view module) const;
};

/// Errors, which name `file`: no JSON object of at most 1 MiB, a size that is none, and as "unsupported: KEY"
/// every setting that changes the computation in another way (DoRA, trained biases, modules saved whole, …).
Result<PeftConfig> parsePeftConfig(std::string_view json, const std::string &file);

} // namespace lathe
