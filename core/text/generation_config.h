// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// How a model's makers want it to generate: generation_config.json, by the file's key. What is not there is
/// not set.
struct GenerationConfig {
    std::vector<uint32_t> eosTokenIds; ///< eos_token_id: one or a list
    std::optional<bool> doSample;
    std::optional<double> temperature;
    std::optional<double> topP;
    std::optional<double> minP;
    std::optional<double> typicalP;
    std::optional<double> repetitionPenalty;
    std::optional<uint32_t> topK;
};

/// Errors: no JSON, a value of the wrong type; `subject` names the file.
Result<GenerationConfig> generationConfigFromJson(std::string_view json, const std::string &subject);
Result<GenerationConfig> readGenerationConfig(const nlohmann::json &object, const std::string &subject);

/// generation_config.json of a model's folder; where it is missing the end tokens of config.json, if any.
Result<GenerationConfig> generationConfigFromFolder(const std::filesystem::path &folder);

} // namespace lathe
