// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_hf.h"

#include "core/base/json.h"
#include "core/formats/printable.h"
#include "core/model/config_check.h"
#include "core/model/hf_rope.h"
#include "core/model/hf_settings.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {

namespace {

struct ActivationName {
    std::string_view name;
    Activation activation;
};
constexpr std::array kActivations{
    ActivationName{"silu", Activation::Silu},
    ActivationName{"swish", Activation::Silu},
    ActivationName{"gelu_pytorch_tanh", Activation::GeluTanh},
    ActivationName{"gelu_new", Activation::GeluTanh},
    ActivationName{"gelu_fast", Activation::GeluTanh},
    ActivationName{"gelu", Activation::GeluErf},
    ActivationName{"relu", Activation::Relu},
};

struct StoredName {
    std::string_view name;
    DType type;
};
constexpr std::array kStored{StoredName{"float32", DType::F32}, StoredName{"float16", DType::F16},
                             StoredName{"bfloat16", DType::BF16}};

class Reader
{
public:
    explicit Reader(const JsonObject &json) : m_json(json) {}

    Result<HfConfig> read()
    {
        LATHE_TRY(readFamily());
        LATHE_TRY(refuseSettings());
        LATHE_TRY(readSizes());
        LATHE_TRY(readExperts());
        LATHE_TRY(readLayers());
        LATHE_TRY(readScales());
        LATHE_TRY(readBiases());
        if (m_out.architecture->rotary) {
            LATHE_ASSIGN(const double share, numberOr("partial_rotary_factor", 1));
            LATHE_ASSIGN(const double theta, numberOr("rope_theta", 10000));
            LATHE_ASSIGN(const double local, numberOr("rope_local_base_freq", 0));
            LATHE_TRY(readHfRope(m_json, {theta, local, share}, m_config));
        }
        LATHE_TRY(checkModelConfig(m_config, names()));
        return std::move(m_out);
    }

private:
    /// The setting under any of its spellings that is there, null or not.
    std::string_view spelling(std::string_view key) const
    {
        for (const std::string_view name : spellingsOf(key)) {
            if (m_json.find(name))
                return name;
        }
        for (const std::string_view name : spellingsOf(key)) {
            if (m_json.value().contains(name))
                return name;
        }
        return key;
    }

    /// Nothing if it is null, or not there and the family has no default.
    Result<std::optional<double>> number(std::string_view key) const
    {
        const std::string_view name = spelling(key);
        if (!m_json.value().contains(name))
            return defaultOf(*m_family, key);
        return m_json.number(name);
    }

    Result<double> numberOr(std::string_view key, double fallback) const
    {
        LATHE_ASSIGN(const std::optional<double> value, number(key));
        return value.value_or(fallback);
    }

    Result<std::optional<uint64_t>> whole(std::string_view key) const
    {
        const std::string_view name = spelling(key);
        if (m_json.value().contains(name))
            return m_json.unsignedInteger(name);
        const std::optional<double> value = defaultOf(*m_family, key);
        return value ? std::optional(uint64_t(*value)) : std::nullopt;
    }

    /// A size that must be there, or has `fallback`.
    Result<uint32_t> size(std::string_view key, uint64_t limit, std::optional<uint64_t> fallback = {}) const
    {
        LATHE_ASSIGN(std::optional<uint64_t> value, whole(key));
        if (!value)
            value = fallback;
        if (!value)
            return m_json.bad(spelling(key), "is missing");
        if (*value == 0 || *value > limit)
            return m_json.bad(spelling(key),
                              "is " + std::to_string(*value) + ", allowed are 1 to " + std::to_string(limit));
        return uint32_t(*value);
    }

    Result<bool> flag(std::string_view key) const
    {
        LATHE_ASSIGN(const std::optional<bool> value, m_json.boolean(key));
        return value.value_or(defaultOf(*m_family, key).value_or(0) != 0);
    }

    tl::unexpected<Error> unsupported(std::string what, std::string remedy) const
    {
        return fail(Errc::Unsupported, m_json.subject(), "unsupported: " + std::move(what),
                    std::move(remedy));
    }

    Result<> readFamily()
    {
        LATHE_ASSIGN(const auto type, m_json.string("model_type"));
        if (!type)
            return m_json.bad("model_type", "is missing");
        const std::optional<HfModel> model = findHfModel(*type);
        if (!model) {
            std::string known;
            for (const Architecture *architecture : allArchitectures())
                for (const HfFamily &family : architecture->hfFamilies)
                    known += (known.empty() ? "" : ", ") + std::string(family.modelType);
            return unsupported("architecture \"" + printable(*type) + '"', "supported: " + known);
        }
        m_family = model->family;
        m_out.architecture = model->architecture;
        m_config.architecture = m_out.architecture->ggufName;
        m_config.norm = m_out.architecture->norm;
        LATHE_ASSIGN(const auto dtype, m_json.string(m_json.find("dtype") ? "dtype" : "torch_dtype"));
        const auto stored = std::ranges::find(kStored, dtype.value_or("float32"), &StoredName::name);
        m_out.stored = stored == kStored.end() ? DType::F32 : stored->type;
        return {};
    }

    Result<> refuseSettings() const
    {
        for (const HfNeutral &neutral : neutralSettings()) {
            const nlohmann::json *value = m_json.find(neutral.key);
            if (!value)
                continue;
            const bool holds = value->is_boolean()  ? double(value->get<bool>()) == neutral.value
                               : value->is_number() ? value->get<double>() == neutral.value
                                                    : false;
            if (!holds)
                return unsupported(m_json.label(neutral.key), "use a model without this setting");
        }
        return {};
    }

    Result<> readSizes()
    {
        LATHE_ASSIGN(m_config.hidden, size("hidden_size", kMaxWidth));
        LATHE_ASSIGN(m_config.vocabulary, size("vocab_size", kMaxVocabulary));
        LATHE_ASSIGN(m_config.contextTrained, size("max_position_embeddings", kMaxContext));
        LATHE_ASSIGN(const uint32_t layers, size("num_hidden_layers", kMaxLayers));
        LATHE_ASSIGN(const uint32_t heads, size("num_attention_heads", kMaxWidth));
        LATHE_ASSIGN(const uint32_t kvHeads, size("num_key_value_heads", kMaxWidth, heads));
        m_config.layers.assign(layers, LayerConfig{heads, kvHeads});
        LATHE_ASSIGN(const std::optional<uint64_t> headDim, whole("head_dim"));
        if (!headDim && m_config.hidden % heads != 0)
            return m_json.bad(spelling("hidden_size"), std::to_string(m_config.hidden) +
                                                           " is not a multiple of " + std::to_string(heads) +
                                                           " heads");
        LATHE_ASSIGN(m_config.headDim, size("head_dim", kMaxHeadDim, m_config.hidden / heads));
        LATHE_ASSIGN(const double eps, numberOr("rms_norm_eps", -1));
        m_config.normEps = float(eps);
        LATHE_ASSIGN(m_config.tied, flag("tie_word_embeddings"));
        return readActivation();
    }

    Result<> readActivation()
    {
        LATHE_ASSIGN(const auto name, m_json.string(spelling("hidden_activation")));
        if (!name) {
            m_config.activation = m_out.architecture->activation;
            return {};
        }
        const auto found = std::ranges::find(kActivations, *name, &ActivationName::name);
        if (found == kActivations.end())
            return unsupported("activation \"" + printable(*name) + '"',
                               "supported: silu, gelu, gelu_new, gelu_pytorch_tanh, relu");
        m_config.activation = found->activation;
        return {};
    }

    Result<> readExperts()
    {
        std::optional<uint64_t> factor;
        if (m_family->feedForwardFactor > 0)
            factor = uint64_t(m_config.hidden) * m_family->feedForwardFactor;
        const bool ownWidth = m_family->experts && m_family->sparseLayers;
        LATHE_ASSIGN(const uint32_t feedForward, size("intermediate_size", kMaxWidth, factor));
        for (LayerConfig &layer : m_config.layers)
            layer.feedForward = feedForward;
        if (!m_family->experts)
            return {};
        ExpertConfig &experts = m_config.experts;
        LATHE_ASSIGN(experts.count, size("num_experts", kMaxExperts));
        LATHE_ASSIGN(experts.used, size("num_experts_per_tok", kMaxUsedExperts));
        experts.feedForward = feedForward;
        if (ownWidth) {
            LATHE_ASSIGN(experts.feedForward, size("moe_intermediate_size", kMaxWidth));
        }
        if (m_family->sharedExpert) {
            LATHE_ASSIGN(experts.sharedFeedForward, size("shared_expert_intermediate_size", kMaxWidth));
        }
        LATHE_ASSIGN(const bool normalise, flag("norm_topk_prob"));
        experts.normalise = m_family->normalisesExperts || normalise;
        return readSparseLayers();
    }

    Result<> readSparseLayers()
    {
        uint32_t step = 1;
        if (m_family->sparseLayers) {
            LATHE_ASSIGN(step, size("decoder_sparse_step", kMaxLayers));
        }
        for (size_t i = 0; i < m_config.layers.size(); ++i)
            m_config.layers[i].experts = (i + 1) % step == 0;
        const nlohmann::json *dense = m_json.find("mlp_only_layers");
        if (!m_family->sparseLayers || !dense)
            return {};
        if (!dense->is_array())
            return m_json.bad("mlp_only_layers", "is no list");
        for (const nlohmann::json &layer : *dense) {
            if (!layer.is_number_unsigned() || layer.get<uint64_t>() >= m_config.layers.size())
                return m_json.bad("mlp_only_layers", "names a layer that is not there");
            m_config.layers[layer.get<size_t>()].experts = false;
        }
        return {};
    }

    Result<> readLayers()
    {
        LATHE_ASSIGN(const bool used, flag("use_sliding_window"));
        const HfWindows kind = m_family->windows;
        LATHE_ASSIGN(const std::optional<uint64_t> window, whole("sliding_window"));
        if (kind == HfWindows::None) {
            if (window)
                return unsupported(m_json.label("sliding_window") + " in a model of type " +
                                       std::string(m_family->modelType),
                                   "use a model without this setting");
            return {};
        }
        if ((kind == HfWindows::Upper || kind == HfWindows::Switched) && !used)
            return {};
        if (!window)
            return {};
        if (*window == 0 || *window > kMaxContext)
            return m_json.bad("sliding_window", "is " + std::to_string(*window));
        if (m_json.find("layer_types"))
            return readLayerTypes(uint32_t(*window));
        LATHE_ASSIGN(const std::optional<uint64_t> lowest, whole("max_window_layers"));
        LATHE_ASSIGN(const uint32_t period, size("sliding_window_pattern", kMaxLayers, 2));
        for (size_t i = 0; i < m_config.layers.size(); ++i) {
            const bool inside = kind == HfWindows::Upper          ? i >= lowest.value_or(0)
                                : kind == HfWindows::AlternateTwo ? i % 2 == 0
                                : kind == HfWindows::Pattern      ? (i + 1) % period != 0
                                                                  : true;
            m_config.layers[i].window = inside ? uint32_t(*window) : 0;
        }
        return {};
    }

    Result<> readLayerTypes(uint32_t window)
    {
        const nlohmann::json &types = *m_json.find("layer_types");
        if (!types.is_array() || types.size() != m_config.layers.size())
            return m_json.bad("layer_types", "has not one entry for each of " +
                                                 std::to_string(m_config.layers.size()) + " layers");
        for (size_t i = 0; i < types.size(); ++i) {
            const std::string type = types[i].is_string() ? types[i].get<std::string>() : types[i].dump();
            if (type == "sliding_attention")
                m_config.layers[i].window = window;
            else if (type != "full_attention")
                return unsupported("layer type \"" + printable(type) + '"',
                                   "supported: full_attention, sliding_attention");
        }
        return {};
    }

    Result<> readScales()
    {
        if (m_out.architecture->scaledEmbedding)
            m_config.embeddingScale = std::sqrt(float(m_config.hidden));
        LATHE_ASSIGN(const double scalar, numberOr("query_pre_attn_scalar", 0));
        if (defaultOf(*m_family, "query_pre_attn_scalar")) {
            if (!(scalar > 0))
                return m_json.bad("query_pre_attn_scalar", "must be above 0");
            m_config.attentionScale = float(1 / std::sqrt(scalar));
        }
        LATHE_ASSIGN(const double attention, numberOr("attn_logit_softcapping", 0));
        LATHE_ASSIGN(const double logits, numberOr("final_logit_softcapping", 0));
        m_config.attentionSoftcap = float(attention);
        m_config.logitSoftcap = float(logits);
        LATHE_ASSIGN(m_config.parallelResidual, flag("use_parallel_residual"));
        return {};
    }

    Result<> readBiases()
    {
        LATHE_ASSIGN(const bool attention, flag("attention_bias"));
        LATHE_ASSIGN(const bool mlp, flag("mlp_bias"));
        const auto has = [&](HfBiases rule) {
            return rule == HfBiases::Always || (rule == HfBiases::AttentionBias && attention) ||
                   (rule == HfBiases::MlpBias && mlp);
        };
        const auto set = [&](Role role, HfBiases rule) { m_out.biases[size_t(role)] = has(rule); };
        for (const Role role : {Role::QueryBias, Role::KeyBias, Role::ValueBias})
            set(role, m_family->qkvBiases);
        set(Role::AttentionOutputBias, m_family->outputBiases);
        for (const Role role : {Role::GateBias, Role::UpBias, Role::DownBias})
            set(role, m_family->mlpBiases);
        return {};
    }

    ConfigNames names() const
    {
        const auto name = [&](std::string_view key) { return m_json.label(spelling(key)); };
        return {.file = m_json.subject(),
                .hidden = name("hidden_size"),
                .context = name("max_position_embeddings"),
                .layers = name("num_hidden_layers"),
                .vocabulary = name("vocab_size"),
                .heads = name("num_attention_heads"),
                .kvHeads = name("num_key_value_heads"),
                .headDim = name("head_dim"),
                .feedForward = name("intermediate_size"),
                .normEps = name("rms_norm_eps"),
                .ropeDim = "head_dim times partial_rotary_factor",
                .ropeBase = name("rope_theta"),
                .ropeFactor = "the rope scaling's factor",
                .ropeOriginal = "the rope scaling's original_max_position_embeddings",
                .ropeBeta = "the rope scaling's bounds",
                .experts = name("num_experts"),
                .expertsUsed = name("num_experts_per_tok")};
    }

    const JsonObject &m_json;
    const HfFamily *m_family = nullptr;
    HfConfig m_out;
    ModelConfig &m_config = m_out.config;
};

} // namespace

Result<std::optional<QuantizationConfig>> readHfQuantization(const nlohmann::json &document,
                                                             const std::string &subject)
{
    const JsonObject whole(document, subject);
    LATHE_ASSIGN(const auto text, whole.object("text_config"));
    LATHE_ASSIGN(auto settings, whole.object("quantization_config"));
    if (!settings && text) {
        LATHE_ASSIGN(const auto own, text->object("quantization_config"));
        if (own)
            settings.emplace(*own);
    }
    if (!settings)
        return std::nullopt;
    LATHE_ASSIGN(auto config, readQuantizationConfig(*settings));
    return std::optional<QuantizationConfig>(std::move(config));
}

Result<HfConfig> readHfConfig(const nlohmann::json &document, const std::string &subject)
{
    const JsonObject whole(document, subject);
    if (!document.is_object())
        return fail(Errc::BadInput, subject, "is no JSON object", "get the file again");
    // Models for text and pictures keep the decoder's settings apart.
    LATHE_ASSIGN(const auto text, whole.object("text_config"));
    LATHE_ASSIGN(HfConfig config, text ? Reader(*text).read() : Reader(whole).read());
    LATHE_ASSIGN(config.quantization, readHfQuantization(document, subject));
    return config;
}

} // namespace lathe
