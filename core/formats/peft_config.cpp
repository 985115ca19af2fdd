// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/peft_config.h"

#include "core/formats/printable.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace lathe {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxBytes = size_t(1) << 20;
constexpr uint64_t kMaxRank = 1 << 14;

/// Keys that do not change what a trained adapter computes: how it was made, and what its tensors say anyway.
constexpr std::array<std::string_view, 33> kHarmless{"auto_mapping",
                                                     "base_model_name_or_path",
                                                     "corda_config",
                                                     "ensure_weight_tying",
                                                     "eva_config",
                                                     "exclude_modules",
                                                     "fan_in_fan_out",
                                                     "inference_mode",
                                                     "init_lora_weights",
                                                     "layers_pattern",
                                                     "layers_to_transform",
                                                     "loftq_config",
                                                     "lora_dropout",
                                                     "lora_ga_config",
                                                     "megatron_core",
                                                     "peft_version",
                                                     "qalora_group_size",
                                                     "revision",
                                                     "target_modules",
                                                     "task_type",
                                                     "peft_type",
                                                     "r",
                                                     "lora_alpha",
                                                     "use_rslora",
                                                     "rank_pattern",
                                                     "alpha_pattern",
                                                     "bias",
                                                     "runtime_config",
                                                     "base_model_class",
                                                     "parent_library",
                                                     "adapter_name",
                                                     "torch_dtype",
                                                     "dtype"};

bool says(const Json &value)
{
    return !(value.is_null() || value == false || value == "none" || value == 0 ||
             ((value.is_array() || value.is_object() || value == "") && value.empty()));
}

class Reader
{
public:
    Reader(const Json &json, const std::string &file) : m_json(json), m_file(file) {}

    Result<PeftConfig> read()
    {
        LATHE_TRY(refuseOthers());
        PeftConfig config;
        LATHE_ASSIGN(config.rank, rank("r", value("r")));
        LATHE_ASSIGN(config.alpha, alpha("lora_alpha", value("lora_alpha")));
        LATHE_ASSIGN(config.rankStabilised, truth("use_rslora"));
        if (value("base_model_name_or_path").is_string())
            config.base = value("base_model_name_or_path").get<std::string>();
        const auto asRank = [&](const std::string &key, const Json &v) { return rank(key, v); };
        const auto asAlpha = [&](const std::string &key, const Json &v) { return alpha(key, v); };
        LATHE_ASSIGN(config.ranks, pattern<uint64_t>("rank_pattern", asRank));
        LATHE_ASSIGN(config.alphas, pattern<double>("alpha_pattern", asAlpha));
        return config;
    }

private:
    tl::unexpected<Error> bad(const std::string &key, const char *what) const
    {
        return fail(Errc::BadInput, m_file, "\"" + printable(key) + "\" " + what,
                    "the adapter's settings are damaged: get it again");
    }

    const Json &value(const char *key) const
    {
        static const Json kNothing;
        const auto it = m_json.find(key);
        return it == m_json.end() ? kNothing : *it;
    }

    Result<> refuseOthers() const
    {
        if (value("peft_type") != "LORA")
            return fail(Errc::Unsupported, m_file,
                        "unsupported: peft_type " + printable(value("peft_type").dump(-1, ' ', true)),
                        "give a LoRA adapter");
        if (says(value("bias")))
            return unsupported("bias");
        for (const auto &[key, setting] : m_json.items()) {
            if (says(setting) && std::ranges::find(kHarmless, std::string_view(key)) == kHarmless.end())
                return unsupported(key);
        }
        return {};
    }

    tl::unexpected<Error> unsupported(const std::string &key) const
    {
        return fail(Errc::Unsupported, m_file, "unsupported: " + printable(key),
                    "merge the adapter with the program that made it, or train one without this setting");
    }

    Result<uint64_t> rank(const std::string &key, const Json &value) const
    {
        if (!value.is_number_unsigned() || value.get<uint64_t>() == 0 || value.get<uint64_t>() > kMaxRank)
            return bad(key, "is no rank from 1 to 16384");
        return value.get<uint64_t>();
    }

    Result<double> alpha(const std::string &key, const Json &value) const
    {
        if (!value.is_number() || !std::isfinite(float(value.get<double>())))
            return bad(key, "is no number");
        return value.get<double>();
    }

    Result<bool> truth(const char *key) const
    {
        const Json &v = value(key);
        if (!v.is_null() && !v.is_boolean())
            return bad(key, "is neither true nor false");
        return v == true;
    }

    /// PEFT takes the keys as regular expressions for the end of a module's name; those that are just names
    /// are read here.
    template <class T, class Read>
    Result<std::vector<std::pair<std::string, T>>> pattern(const char *name, Read read) const
    {
        std::vector<std::pair<std::string, T>> entries;
        const Json &all = value(name);
        if (!all.is_null() && !all.is_object())
            return bad(name, "is not an object");
        for (const auto &[key, setting] : all.items()) {
            const bool plain = std::ranges::all_of(key, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '.' || c == '-';
            });
            if (!plain || key.empty())
                return fail(Errc::Unsupported, m_file,
                            "unsupported: regular expression " + printable(key) + " in " + name,
                            "merge the adapter with the program that made it");
            LATHE_ASSIGN(const T number, read(key, setting));
            entries.emplace_back(key, number);
        }
        return entries;
    }

    const Json &m_json;
    const std::string &m_file;
};

template <class T>
T firstFitting(const std::vector<std::pair<std::string, T>> &entries, std::string_view module, T otherwise)
{
    for (const auto &[key, value] : entries) {
        if (module == key || module.ends_with("." + key))
            return value;
    }
    return otherwise;
}

} // namespace

uint64_t PeftConfig::rankOf(std::string_view module) const
{
    return firstFitting(ranks, module, rank);
}

double PeftConfig::scaleOf(std::string_view module) const
{
    const double r = double(rankOf(module));
    return firstFitting(alphas, module, alpha) / (rankStabilised ? std::sqrt(r) : r);
}

Result<PeftConfig> parsePeftConfig(std::string_view text, const std::string &file)
{
    if (text.size() > kMaxBytes)
        return fail(Errc::BadInput, file, "is larger than 1 MiB, which settings are not", "get it again");
    const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (!json.is_object())
        return fail(Errc::BadInput, file, "is not a JSON object", "get the adapter again");
    return Reader(json, file).read();
}

} // namespace lathe
