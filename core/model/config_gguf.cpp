// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config_gguf.h"

#include "core/formats/printable.h"
#include "core/model/config_check.h"
#include "core/model/rotary.h"
#include "core/model/weights_gguf.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lathe {

namespace {

class Reader
{
public:
    explicit Reader(const GgufFile &file) : m_file(file) {}

    Result<GgufModel> read()
    {
        LATHE_ASSIGN(const std::string_view name, m_file.getString("general.architecture"));
        m_architecture = findGgufArchitecture(name);
        if (!m_architecture)
            return fail(Errc::Unsupported, m_file.name(),
                        "unsupported: architecture \"" + printable(name) + '"',
                        "supported: " + supportedNames());
        m_config.architecture = name;
        m_config.activation = m_architecture->activation;
        m_config.norm = m_architecture->norm;
        LATHE_TRY(refuseSettings());
        LATHE_TRY(readSizes());
        LATHE_TRY(readLayers());
        LATHE_TRY(readWindows());
        LATHE_TRY(readExperts());
        LATHE_TRY(readScales());
        if (m_architecture->rotary)
            LATHE_TRY(readRope());
        LATHE_TRY(checkModelConfig(m_config, names()));
        LATHE_ASSIGN(WeightTable weights, ggufWeights(m_file, *m_architecture, m_config));
        return GgufModel{std::move(m_config), std::move(weights)};
    }

private:
    static std::string supportedNames()
    {
        std::string names;
        for (const Architecture *known : allArchitectures())
            names += (names.empty() ? "" : ", ") + std::string(known->ggufName);
        return names;
    }

    std::string key(std::string_view rest) const { return m_config.architecture + "." + std::string(rest); }

    tl::unexpected<Error> bad(std::string_view subject, std::string what) const
    {
        return fail(Errc::BadInput, m_file.name(), std::string(subject) + " " + what,
                    "the file is damaged or was made by a faulty converter: get it again");
    }

    Result<uint32_t> size(std::string_view rest, uint64_t limit, std::optional<uint64_t> fallback = {})
    {
        const std::string name = key(rest);
        LATHE_ASSIGN(const uint64_t value, fallback ? m_file.getU64(name, *fallback) : m_file.getU64(name));
        if (value == 0 || value > limit)
            return bad(name, "is " + std::to_string(value) + ", allowed are 1 to " + std::to_string(limit));
        return uint32_t(value);
    }

    Result<double> number(std::string_view rest, double fallback)
    {
        const std::string name = key(rest);
        const GgufValue *value = m_file.find(name);
        if (!value)
            return fallback;
        if (const auto integer = value->asI64())
            return double(*integer);
        LATHE_ASSIGN(const float real, m_file.getF32(name));
        if (!std::isfinite(real))
            return bad(name, "is not a finite number");
        return double(real);
    }

    ConfigNames names() const
    {
        return {.file = m_file.name(),
                .hidden = key("embedding_length"),
                .context = key("context_length"),
                .layers = key("block_count"),
                .vocabulary = "token_embd.weight",
                .heads = key("attention.head_count"),
                .kvHeads = key("attention.head_count_kv"),
                .headDim = key("attention.key_length"),
                .feedForward = key("feed_forward_length"),
                .normEps = key("attention.layer_norm_rms_epsilon"),
                .ropeDim = key("rope.dimension_count"),
                .ropeBase = key("rope.freq_base"),
                .ropeFactor = key("rope.scaling.factor"),
                .ropeOriginal = key("rope.scaling.original_context_length"),
                .ropeBeta = key("rope.scaling.yarn_beta_fast") + " and _slow",
                .experts = key("expert_count"),
                .expertsUsed = key("expert_used_count")};
    }

    Result<> refuseSettings()
    {
        for (const Architecture::Refused &refused : m_architecture->refused) {
            LATHE_ASSIGN(const double value, number(refused.key, refused.accepted));
            if (value != refused.accepted)
                return fail(Errc::Unsupported, m_file.name(), "unsupported: " + key(refused.key),
                            "use a model without this setting");
        }
        return {};
    }

    Result<> readSizes()
    {
        LATHE_ASSIGN(m_config.hidden, size("embedding_length", kMaxWidth));
        LATHE_ASSIGN(m_config.contextTrained, size("context_length", kMaxContext));
        LATHE_ASSIGN(const uint32_t layers, size("block_count", kMaxLayers));
        m_config.layers.resize(layers);
        const char *epsKey = m_config.norm == NormKind::Rms ? "attention.layer_norm_rms_epsilon"
                                                            : "attention.layer_norm_epsilon";
        LATHE_ASSIGN(const double eps, number(epsKey, -1));
        if (!(eps >= 0 && eps < 1))
            return bad(key(epsKey), "is missing or not in 0…1");
        m_config.normEps = float(eps);
        const GgufTensor *embedding = m_file.findTensor("token_embd.weight");
        if (!embedding)
            return bad("token_embd.weight", "is missing");
        if (embedding->rows == 0 || embedding->rows > kMaxVocabulary)
            return bad("token_embd.weight", "has " + std::to_string(embedding->rows) +
                                                " rows, allowed are 1 to " + std::to_string(kMaxVocabulary));
        m_config.vocabulary = uint32_t(embedding->rows);
        return {};
    }

    /// A size that is one number, or an array with one number per layer.
    Result<> perLayer(std::string_view rest, uint32_t LayerConfig::*field,
                      std::optional<uint64_t> fallback = {})
    {
        const std::string name = key(rest);
        const GgufValue *value = m_file.find(name);
        if (!value || !value->isArray()) {
            LATHE_ASSIGN(const uint32_t same, size(rest, kMaxWidth, fallback));
            for (LayerConfig &layer : m_config.layers)
                layer.*field = same;
            return {};
        }
        if (value->count() != m_config.layers.size())
            return bad(name, "has " + std::to_string(value->count()) + " entries for " +
                                 std::to_string(m_config.layers.size()) + " layers");
        LATHE_ASSIGN(const std::vector<int64_t> values, m_file.getIntegers(name));
        for (size_t i = 0; i < values.size(); ++i) {
            if (values[i] <= 0 || uint64_t(values[i]) > kMaxWidth)
                return bad(name, "is " + std::to_string(values[i]) + " in layer " + std::to_string(i));
            m_config.layers[i].*field = uint32_t(values[i]);
        }
        return {};
    }

    Result<> readLayers()
    {
        LATHE_TRY(perLayer("attention.head_count", &LayerConfig::heads));
        if (m_file.find(key("attention.head_count_kv"))) {
            LATHE_TRY(perLayer("attention.head_count_kv", &LayerConfig::kvHeads));
        } else {
            for (LayerConfig &layer : m_config.layers)
                layer.kvHeads = layer.heads;
        }
        LATHE_TRY(perLayer("feed_forward_length", &LayerConfig::feedForward));
        const uint32_t heads = m_config.layers.front().heads;
        LATHE_ASSIGN(m_config.headDim, size("attention.key_length", 4096, m_config.hidden / heads));
        LATHE_ASSIGN(const uint32_t valueDim, size("attention.value_length", 4096, m_config.headDim));
        if (valueDim != m_config.headDim)
            return fail(Errc::Unsupported, m_file.name(),
                        "unsupported: " + key("attention.value_length") + " other than key_length",
                        "use a model with equal head sizes");
        return {};
    }

    Result<> readRope()
    {
        RopeConfig &rope = m_config.rope;
        rope.style = m_architecture->ggufRope;
        LATHE_ASSIGN(rope.dim, size("rope.dimension_count", m_config.headDim, m_config.headDim));
        LATHE_ASSIGN(rope.base, number("rope.freq_base", 10000.0));
        LATHE_ASSIGN(const double legacyLinear, number("rope.scale_linear", 1.0));
        LATHE_ASSIGN(rope.factor, number("rope.scaling.factor", legacyLinear));
        const std::string_view automatic = rope.factor != 1.0 ? "linear" : "none";
        LATHE_ASSIGN(const std::string_view type, m_file.getString(key("rope.scaling.type"), automatic));
        if (type == "none" || type == "longrope") // whose factors are tensors
            rope.scaling = RopeScaling::None;
        else if (type == "linear")
            rope.scaling = RopeScaling::Linear;
        else if (type == "yarn")
            rope.scaling = RopeScaling::Yarn;
        else
            return fail(Errc::Unsupported, m_file.name(),
                        "unsupported: rope scaling \"" + printable(type) + '"',
                        "supported: none, linear, yarn, longrope, llama3 (as rope_freqs.weight)");
        return readYarn();
    }

    Result<> readYarn()
    {
        RopeConfig &rope = m_config.rope;
        LATHE_ASSIGN(const uint64_t original,
                     m_file.getU64(key("rope.scaling.original_context_length"), m_config.contextTrained));
        if (original == 0 || original > kMaxContext)
            return bad(key("rope.scaling.original_context_length"), "is out of range");
        rope.originalContext = uint32_t(original);
        LATHE_ASSIGN(rope.betaFast, number("rope.scaling.yarn_beta_fast", 32.0));
        LATHE_ASSIGN(rope.betaSlow, number("rope.scaling.yarn_beta_slow", 1.0));
        LATHE_ASSIGN(const double attention, number("rope.scaling.attn_factor", 1.0));
        if (!(attention > 0))
            return bad(key("rope.scaling.attn_factor"), "must be above 0");
        // llama.cpp multiplies by this key, with YaRN beside its own 0.1 ln(factor) + 1.
        if (attention != 1.0)
            rope.attentionFactor =
                attention * (rope.scaling == RopeScaling::Yarn ? yarnAttentionFactor(rope.factor) : 1.0);
        return readLocalRope();
    }

    /// Layers with a window may turn by another base; they see no distance that would need scaling.
    Result<> readLocalRope()
    {
        LATHE_ASSIGN(const double base, number("rope.freq_base_swa", m_architecture->localRopeBase));
        if (base == 0)
            return {};
        if (!(base > 1))
            return bad(key("rope.freq_base_swa"), "must be above 1");
        RopeConfig local;
        local.base = base;
        local.dim = m_config.rope.dim;
        local.style = m_config.rope.style;
        for (LayerConfig &layer : m_config.layers)
            layer.localRope = layer.window > 0;
        m_config.localRope = local;
        return {};
    }

    /// Which layers see only the last `sliding_window` keys: a period, or a flag per layer.
    Result<> readWindows()
    {
        LATHE_ASSIGN(const uint64_t given,
                     m_file.getU64(key("attention.sliding_window"), m_architecture->window));
        const auto window = uint32_t(std::min(given, kMaxContext));
        const std::string name = key("attention.sliding_window_pattern");
        const GgufValue *pattern = m_file.find(name);
        const bool flags = pattern && pattern->isArray() && pattern->elementType() == GgufType::Bool;
        if (flags && pattern->count() != m_config.layers.size())
            return bad(name, "has " + std::to_string(pattern->count()) + " entries for " +
                                 std::to_string(m_config.layers.size()) + " layers");
        uint64_t period = m_architecture->windowPeriod;
        if (!flags) {
            LATHE_ASSIGN(period, m_file.getU64(name, period));
        }
        for (size_t i = 0; i < m_config.layers.size(); ++i) {
            const bool full =
                flags ? pattern->bytes()[i] == std::byte(0) : period > 0 && i % period + 1 == period;
            m_config.layers[i].window = full ? 0 : window;
        }
        return {};
    }

    /// A size that a file may leave to the rows of a tensor: `rest`, else the rows of the first layer's
    /// `tensor` divided by `share`; 0 where neither is there.
    Result<uint32_t> sizeOrRows(std::string_view rest, std::string_view tensor, uint32_t share)
    {
        for (size_t layer = 0; layer < m_config.layers.size() && !m_file.find(key(rest)); ++layer) {
            const GgufTensor *found = m_file.findTensor(numbered(tensor, layer));
            if (found && found->rows % share == 0 && found->rows / share <= kMaxWidth)
                return uint32_t(found->rows / share);
        }
        return m_file.find(key(rest)) ? size(rest, kMaxWidth) : Result<uint32_t>(0);
    }

    Result<> readExperts()
    {
        ExpertConfig &experts = m_config.experts;
        LATHE_ASSIGN(const uint64_t count, m_file.getU64(key("expert_count"), 0));
        if (count == 0)
            return {};
        LATHE_ASSIGN(experts.count, size("expert_count", kMaxExperts));
        LATHE_ASSIGN(experts.used, size("expert_used_count", std::min(experts.count, kMaxUsedExperts)));
        LATHE_ASSIGN(experts.feedForward,
                     sizeOrRows("expert_feed_forward_length", "blk.{}.ffn_up_exps.weight", experts.count));
        LATHE_ASSIGN(experts.sharedFeedForward,
                     sizeOrRows("expert_shared_feed_forward_length", "blk.{}.ffn_up_shexp.weight", 1));
        LATHE_ASSIGN(experts.normalise,
                     m_file.getBool(key("expert_weights_norm"), m_architecture->normaliseExperts));
        LATHE_ASSIGN(const double scale, number("expert_weights_scale", 1));
        experts.scale = scale == 0 ? 1.0f : float(scale); // 0 is llama.cpp's "not set"
        for (size_t i = 0; i < m_config.layers.size(); ++i)
            m_config.layers[i].experts = m_file.findTensor(tensorName(int(i), Role::Router)) != nullptr;
        if (std::ranges::none_of(m_config.layers, &LayerConfig::experts))
            return bad(tensorName(0, Role::Router), "is missing");
        return {};
    }

    struct Setting {
        std::string_view key;
        float ModelConfig::*field;
        float Architecture::*fallback; ///< null: 0
    };
    static constexpr std::array kSettings{
        Setting{"attention.scale", &ModelConfig::attentionScale, nullptr},
        Setting{"attn_logit_softcapping", &ModelConfig::attentionSoftcap, &Architecture::attentionSoftcap},
        Setting{"final_logit_softcapping", &ModelConfig::logitSoftcap, &Architecture::logitSoftcap},
    };

    Result<> readScales()
    {
        for (const Setting &setting : kSettings) {
            const float fallback = setting.fallback ? m_architecture->*setting.fallback : 0.0f;
            LATHE_ASSIGN(const double value, number(setting.key, fallback));
            if (!(value >= 0 && value < 1e6))
                return bad(key(setting.key), "is not in 0…1,000,000");
            m_config.*setting.field = float(value);
        }
        if (m_config.attentionScale == 0 && m_config.layers.size() == m_architecture->wideScaleLayers)
            m_config.attentionScale = 1 / std::sqrt(float(m_config.hidden / m_config.layers.front().heads));
        if (m_architecture->scaledEmbedding)
            m_config.embeddingScale = std::sqrt(float(m_config.hidden));
        LATHE_ASSIGN(m_config.parallelResidual,
                     m_file.getBool(key("use_parallel_residual"), m_architecture->parallelResidual));
        return {};
    }

    const GgufFile &m_file;
    const Architecture *m_architecture = nullptr;
    ModelConfig m_config;
};

} // namespace

Result<GgufModel> readGgufModel(const GgufFile &file)
{
    return Reader(file).read();
}

} // namespace lathe
