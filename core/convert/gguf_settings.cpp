// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/gguf_settings.h"

#include "core/model/rotary.h"

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

/// llama.cpp's numbers of file types, "general.file_type".
uint32_t fileType(DType type)
{
    return type == DType::F16 ? 1 : type == DType::BF16 ? 32 : 0;
}

class SettingsWriter
{
public:
    SettingsWriter(const ConvertInput &input, GgufWriter &writer)
        : m_architecture(input.architecture), m_config(input.config()), m_writer(writer)
    {
    }

    void write(DType main)
    {
        m_writer.setString("general.architecture", m_architecture.ggufName);
        m_writer.setString("general.type", "model");
        m_writer.setString("general.name", m_config.name);
        m_writer.setU32("general.file_type", fileType(main));
        m_writer.setU32("general.quantization_version", 2);
        writeSizes();
        if (m_architecture.rotary)
            writeRope();
        writeWindows();
        writeExperts();
        writeScales();
    }

private:
    std::string key(std::string_view rest) const
    {
        return std::string(m_architecture.ggufName) + "." + std::string(rest);
    }
    void setU32(std::string_view rest, uint32_t value) { m_writer.setU32(key(rest), value); }
    void setF32(std::string_view rest, double value) { m_writer.setF32(key(rest), float(value)); }

    void writeSizes()
    {
        const LayerConfig &layer = m_config.layers.front(); // folders have one size for all layers
        setU32("block_count", uint32_t(m_config.layers.size()));
        setU32("context_length", m_config.contextTrained);
        setU32("embedding_length", m_config.hidden);
        setU32("feed_forward_length", layer.feedForward);
        setU32("vocab_size", m_config.vocabulary);
        setU32("attention.head_count", layer.heads);
        setU32("attention.head_count_kv", layer.kvHeads);
        setU32("attention.key_length", m_config.headDim);
        setU32("attention.value_length", m_config.headDim);
        setF32(m_config.norm == NormKind::Rms ? "attention.layer_norm_rms_epsilon"
                                              : "attention.layer_norm_epsilon",
               m_config.normEps);
        if (m_config.parallelResidual || m_architecture.parallelResidual)
            m_writer.setBool(key("use_parallel_residual"), m_config.parallelResidual);
    }

    void writeRope()
    {
        const RopeConfig &rope = m_config.rope;
        setU32("rope.dimension_count", rope.dim);
        setF32("rope.freq_base", rope.base);
        if (m_config.localRope)
            setF32("rope.freq_base_swa", m_config.localRope->base);
        const bool isYarn = rope.scaling == RopeScaling::Yarn, isLong = !rope.longFactors.empty();
        const char *type = isYarn                                ? "yarn"
                           : rope.scaling == RopeScaling::Linear ? "linear"
                           : isLong                              ? "longrope"
                                                                 : nullptr;
        if (type)
            m_writer.setString(key("rope.scaling.type"), type);
        if (isYarn || rope.scaling == RopeScaling::Linear)
            setF32("rope.scaling.factor", rope.factor);
        if (isYarn || isLong)
            setU32("rope.scaling.original_context_length", rope.originalContext);
        if (isYarn) {
            setF32("rope.scaling.yarn_beta_fast", rope.betaFast);
            setF32("rope.scaling.yarn_beta_slow", rope.betaSlow);
        }
        // llama.cpp multiplies YaRN's own factor by this one.
        if (rope.attentionFactor > 0)
            setF32("rope.scaling.attn_factor",
                   rope.attentionFactor / (isYarn ? yarnAttentionFactor(rope.factor) : 1.0));
    }

    /// Layers with a window: those of the architecture's period, or one flag per layer.
    void writeWindows()
    {
        const auto isWindowed = [](const LayerConfig &layer) { return layer.window > 0; };
        const auto first = std::ranges::find_if(m_config.layers, isWindowed);
        if (first == m_config.layers.end()) {
            if (m_architecture.window > 0)
                setU32("attention.sliding_window", 0);
            return;
        }
        setU32("attention.sliding_window", first->window);
        const uint32_t period = m_architecture.windowPeriod;
        bool isUsual = true;
        std::vector<bool> flags;
        for (size_t i = 0; i < m_config.layers.size(); ++i) {
            flags.push_back(isWindowed(m_config.layers[i]));
            isUsual &= flags.back() == (period == 0 || (i + 1) % period != 0);
        }
        if (!isUsual)
            m_writer.setBools(key("attention.sliding_window_pattern"), flags);
    }

    void writeExperts()
    {
        const ExpertConfig &experts = m_config.experts;
        if (experts.count == 0)
            return;
        setU32("expert_count", experts.count);
        setU32("expert_used_count", experts.used);
        setU32("expert_feed_forward_length", experts.feedForward);
        if (experts.sharedFeedForward > 0)
            setU32("expert_shared_feed_forward_length", experts.sharedFeedForward);
        if (experts.normalise != m_architecture.normaliseExperts)
            m_writer.setBool(key("expert_weights_norm"), experts.normalise);
        if (experts.scale != 1)
            setF32("expert_weights_scale", experts.scale);
    }

    void writeScales()
    {
        // Where the file says nothing readers scale by the head size, or by the width of a head.
        const bool isWide = m_config.layers.size() == m_architecture.wideScaleLayers;
        const uint32_t width = isWide ? m_config.hidden / m_config.layers.front().heads : m_config.headDim;
        const double usual = 1 / std::sqrt(double(width)), scale = m_config.attentionScale;
        if (scale > 0 && std::abs(scale - usual) > 1e-6 * usual) // which is beyond the rounding to F32
            setF32("attention.scale", m_config.attentionScale);
        if (m_config.attentionSoftcap > 0 || m_architecture.attentionSoftcap > 0)
            setF32("attn_logit_softcapping", m_config.attentionSoftcap);
        if (m_config.logitSoftcap > 0 || m_architecture.logitSoftcap > 0)
            setF32("final_logit_softcapping", m_config.logitSoftcap);
    }

    const Architecture &m_architecture;
    const ModelConfig &m_config;
    GgufWriter &m_writer;
};

} // namespace

void setGgufSettings(const ConvertInput &input, GgufWriter &writer)
{
    SettingsWriter(input, writer).write(mainType(input));
}

} // namespace lathe
