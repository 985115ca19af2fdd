// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/folder_config.h"

#include "core/convert/json_number.h"
#include "core/convert/same_model.h"
#include "core/model/config_hf.h"
#include "core/model/hf_settings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {

namespace {

using Json = nlohmann::ordered_json;

struct ActivationName {
    Activation activation;
    const char *name;
};
constexpr std::array kActivations{
    ActivationName{Activation::Silu, "silu"},
    ActivationName{Activation::GeluTanh, "gelu_pytorch_tanh"},
    ActivationName{Activation::GeluErf, "gelu"},
    ActivationName{Activation::Relu, "relu"},
};

/// The scalar of which the scale is 1/√, a whole number where one gives it.
Json scalarOf(const ModelConfig &config)
{
    if (config.attentionScale == 0)
        return config.headDim;
    const double exact = 1 / (double(config.attentionScale) * config.attentionScale);
    const double whole = std::round(exact);
    const bool isWhole = whole > 0 && float(1 / std::sqrt(whole)) == config.attentionScale;
    return isWhole ? Json(uint64_t(whole)) : Json(exact);
}

class ConfigWriter
{
public:
    ConfigWriter(const ConvertInput &input, const HfFamily &family)
        : m_input(input), m_config(input.config()), m_family(family)
    {
    }

    Result<Json> write(const NamedTokens &tokens)
    {
        m_json["architectures"] = {m_family.className};
        m_json["model_type"] = m_family.modelType;
        m_json["torch_dtype"] = torchName(mainType(m_input));
        writeSizes();
        writeBiases();
        if (m_input.architecture.rotary)
            LATHE_TRY(setFolderRope(m_input, m_family, m_json));
        if (m_family.windows != HfWindows::None)
            writeWindows();
        if (m_family.experts)
            writeExperts();
        writeScales();
        set("bos_token_id", tokens.bos ? Json(*tokens.bos) : Json());
        set("eos_token_id", tokens.eos ? Json(*tokens.eos) : Json());
        set("pad_token_id", tokens.pad ? Json(*tokens.pad) : Json()); // Phi-3's default is a number
        return std::move(m_json);
    }

private:
    void set(std::string_view key, Json value)
    {
        m_json[std::string(spellingIn(m_family, key))] = std::move(value);
    }
    bool hasDefault(std::string_view key) const { return defaultOf(m_family, key).has_value(); }
    bool has(Role role) const
    {
        for (int layer = 0; layer < int(m_config.layers.size()); ++layer)
            if (m_input.weights.find(layer, role))
                return true;
        return false;
    }

    void writeSizes()
    {
        const LayerConfig &layer = m_config.layers.front();
        set("vocab_size", m_config.vocabulary);
        set("hidden_size", m_config.hidden);
        set("num_hidden_layers", m_config.layers.size());
        set("num_attention_heads", layer.heads);
        if (m_config.norm == NormKind::Rms) { // GPT's have no grouping and no heads of another size
            set("num_key_value_heads", layer.kvHeads);
            set("head_dim", m_config.headDim);
        }
        set("intermediate_size", layer.feedForward);
        set("max_position_embeddings", m_config.contextTrained);
        set("rms_norm_eps", jsonNumber(m_config.normEps));
        set("tie_word_embeddings", m_config.tied);
        if (m_input.architecture.parallelResidual)
            set("use_parallel_residual", m_config.parallelResidual);
        const auto name = std::ranges::find(kActivations, m_config.activation, &ActivationName::activation);
        set("hidden_activation", name->name);
    }

    void writeBiases()
    {
        if (m_family.qkvBiases == HfBiases::AttentionBias)
            set("attention_bias", has(Role::QueryBias));
        if (m_family.mlpBiases == HfBiases::MlpBias)
            set("mlp_bias", has(Role::UpBias));
    }

    void writeWindows()
    {
        const auto windowed = std::ranges::find_if(m_config.layers, [](auto &l) { return l.window > 0; });
        const bool any = windowed != m_config.layers.end();
        set("sliding_window", any ? Json(windowed->window) : Json());
        if (m_family.windows == HfWindows::Switched || m_family.windows == HfWindows::Upper)
            set("use_sliding_window", any);
        if (m_family.windows == HfWindows::Upper)
            set("max_window_layers",
                any ? size_t(windowed - m_config.layers.begin()) : m_config.layers.size());
        const bool all = std::ranges::all_of(m_config.layers, [](auto &l) { return l.window > 0; });
        if (any &&
            (!all || m_family.windows == HfWindows::AlternateTwo || m_family.windows == HfWindows::Pattern)) {
            Json types = Json::array();
            for (const LayerConfig &layer : m_config.layers)
                types.push_back(layer.window > 0 ? "sliding_attention" : "full_attention");
            set("layer_types", std::move(types));
        }
    }

    void writeExperts()
    {
        const ExpertConfig &experts = m_config.experts;
        set("num_experts", experts.count);
        set("num_experts_per_tok", experts.used);
        if (!m_family.normalisesExperts)
            set("norm_topk_prob", experts.normalise);
        if (m_family.sharedExpert)
            set("shared_expert_intermediate_size", experts.sharedFeedForward);
        if (!m_family.sparseLayers)
            return;
        set("moe_intermediate_size", experts.feedForward);
        set("decoder_sparse_step", 1);
        Json dense = Json::array();
        for (size_t i = 0; i < m_config.layers.size(); ++i)
            if (!m_config.layers[i].experts)
                dense.push_back(i);
        set("mlp_only_layers", std::move(dense));
    }

    void writeScales()
    {
        if (hasDefault("query_pre_attn_scalar"))
            set("query_pre_attn_scalar", scalarOf(m_config));
        const auto cap = [](float value) { return value > 0 ? jsonNumber(value) : Json(); };
        if (m_config.attentionSoftcap > 0 || hasDefault("attn_logit_softcapping"))
            set("attn_logit_softcapping", cap(m_config.attentionSoftcap));
        if (m_config.logitSoftcap > 0 || hasDefault("final_logit_softcapping"))
            set("final_logit_softcapping", cap(m_config.logitSoftcap));
    }

    const ConvertInput &m_input;
    const ModelConfig &m_config;
    const HfFamily &m_family;
    Json m_json;
};

/// What a config.json says otherwise than the model; nothing if it is the same.
std::optional<std::string> difference(const nlohmann::json &json, const ConvertInput &input)
{
    const auto read = readHfConfig(json, "config.json");
    if (!read)
        return read.error().what;
    if (auto found = firstDifference(read->config, input.config()))
        return found;
    for (const TensorRule &rule : input.architecture.tensors) {
        const bool isBias = rule.role >= Role::QueryBias && rule.role <= Role::DownBias;
        for (int layer = 0; isBias && layer < int(input.config().layers.size()); ++layer) {
            if (input.weights.find(layer, rule.role).has_value() != read->biases[size_t(rule.role)])
                return "the bias " + tensorName(layer, rule.role);
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view torchName(DType type)
{
    return type == DType::F16 ? "float16" : type == DType::BF16 ? "bfloat16" : "float32";
}

Result<Json> folderConfig(const ConvertInput &input, const NamedTokens &tokens)
{
    std::string reason = "the architecture";
    for (const HfFamily &family : input.architecture.hfFamilies) {
        if (family.experts != (input.config().experts.count > 0))
            continue;
        LATHE_ASSIGN(const Json json, ConfigWriter(input, family).write(tokens));
        const auto found = difference(nlohmann::json::parse(json.dump()), input);
        if (!found)
            return json;
        reason = *found;
    }
    return fail(Errc::Unsupported, input.model.path().string(), "unsupported: " + reason + " in a folder",
                "keep the model in a GGUF file");
}

bool describes(const nlohmann::json &config, const ConvertInput &input)
{
    return config.is_object() && !config.contains("text_config") && !difference(config, input);
}

} // namespace lathe
