// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/generation_config.h"

#include "core/base/files.h"
#include "core/text/pipeline/json_place.h"

#include <cmath>

namespace lathe {

namespace {

Result<> readEnds(const JsonPlace &root, std::vector<uint32_t> &ids)
{
    const auto value = root.find("eos_token_id");
    if (!value)
        return {};
    if (!value->json().is_array()) {
        LATHE_ASSIGN(const uint32_t id, value->tokenId());
        ids.push_back(id);
        return {};
    }
    for (size_t i = 0; i < value->json().size(); ++i) {
        LATHE_ASSIGN(const uint32_t id, value->at(i).tokenId());
        ids.push_back(id);
    }
    return {};
}

Result<> readNumbers(const JsonPlace &root, GenerationConfig &config)
{
    const std::pair<const char *, std::optional<double> GenerationConfig::*> numbers[] = {
        {"temperature", &GenerationConfig::temperature},
        {"top_p", &GenerationConfig::topP},
        {"min_p", &GenerationConfig::minP},
        {"typical_p", &GenerationConfig::typicalP},
        {"repetition_penalty", &GenerationConfig::repetitionPenalty}};
    for (const auto &[key, member] : numbers) {
        const auto value = root.find(key);
        if (!value)
            continue;
        if (!value->json().is_number() || !std::isfinite(value->json().get<double>()))
            return value->bad("is not a finite number");
        config.*member = value->json().get<double>();
    }
    return {};
}

} // namespace

Result<GenerationConfig> generationConfigFromJson(std::string_view json, const std::string &subject)
{
    LATHE_ASSIGN(const nlohmann::json parsed, parseTokenizerJson(json, subject));
    return readGenerationConfig(parsed, subject);
}

Result<GenerationConfig> readGenerationConfig(const nlohmann::json &object, const std::string &subject)
{
    const JsonPlace root(object, subject);
    GenerationConfig config;
    LATHE_TRY(readEnds(root, config.eosTokenIds));
    LATHE_TRY(readNumbers(root, config));
    if (root.find("do_sample")) {
        LATHE_ASSIGN(config.doSample, root.flag("do_sample", false));
    }
    if (root.find("top_k")) {
        LATHE_ASSIGN(const uint64_t topK, root.count("top_k"));
        config.topK = uint32_t(std::min<uint64_t>(topK, UINT32_MAX));
    }
    return config;
}

Result<GenerationConfig> generationConfigFromFolder(const std::filesystem::path &folder)
{
    std::error_code ignored;
    const auto own = folder / "generation_config.json";
    if (std::filesystem::exists(own, ignored)) {
        LATHE_ASSIGN(const std::string text, readText(own));
        return generationConfigFromJson(text, own.string());
    }
    GenerationConfig config;
    const auto model = folder / "config.json";
    if (!std::filesystem::exists(model, ignored))
        return config;
    LATHE_ASSIGN(const std::string text, readText(model));
    LATHE_ASSIGN(const nlohmann::json parsed, parseTokenizerJson(text, model.string()));
    const std::string subject = model.string();
    LATHE_TRY(readEnds(JsonPlace(parsed, subject), config.eosTokenIds));
    return config;
}

} // namespace lathe
