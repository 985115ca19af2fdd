// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/decoder_graph.h"

#include "core/ops/add/add.h"
#include "core/ops/attention/attention.h"
#include "core/ops/cache_write/cache_write.h"
#include "core/ops/embed/embed.h"
#include "core/ops/gather_rows/gather_rows.h"
#include "core/ops/glu/glu.h"
#include "core/ops/linear/linear.h"
#include "core/ops/rms_norm/rms_norm.h"

#include <cmath>

namespace lathe {

namespace {

class DecoderBuilder
{
public:
    DecoderBuilder(const ModelConfig &config, const WeightTable &weights, LayerRange range,
                   const ShapeClass &shape, const CacheShape &cache)
        : m_config(config), m_weights(weights), m_range(range), m_shape(shape), m_cache(cache)
    {
    }

    DecoderGraph build()
    {
        addInputs();
        ValueId x = m_hidden;
        if (m_range.first == 0)
            x = m_builder.apply(kEmbedOp, EmbedParams{}, {weight(-1, Role::Embedding), m_tokens},
                                m_config.hidden, m_tokens, "embedding");
        for (uint32_t layer = m_range.first; layer < m_range.last; ++layer) {
            m_builder.setLayer(int(layer));
            x = attentionBlock(layer, x);
            x = feedForwardBlock(layer, x);
        }
        m_builder.setLayer(-1);
        if (m_range.last == m_config.layers.size())
            x = head(x);
        m_builder.graph().addOutput(x);
        return {m_builder.take(), x};
    }

private:
    void addInputs()
    {
        m_tokens = m_builder.input("tokens", DType::I32, m_shape.tokens, kTokenColumns, RowCount::Tokens);
        m_rotary = m_builder.input("rotary", DType::F32, m_shape.tokens, m_config.rope.dim, RowCount::Tokens);
        m_outputRows = m_builder.input("output_rows", DType::I32, m_shape.outputs, 1, RowCount::Outputs);
        if (m_range.first > 0)
            m_hidden =
                m_builder.input("hidden", DType::F32, m_shape.tokens, m_config.hidden, RowCount::Tokens);
    }

    static std::string inLayer(uint32_t layer, const char *what)
    {
        return "blk." + std::to_string(layer) + "." + what;
    }

    /// The graph value of a weight of the table; `type` is what the device holds (vectors are F32).
    ValueId weight(int layer, Role role)
    {
        const uint32_t number = *m_weights.find(layer, role);
        if (const auto it = m_values.find(number); it != m_values.end())
            return it->second;
        const WeightSource &source = m_weights.entry(number).source;
        const ValueId id = m_builder.weight(source.name, source.vector ? DType::F32 : source.type,
                                            source.rows, source.cols, number);
        m_values[number] = id;
        return id;
    }

    std::string baseName(int layer, Role role) const
    {
        std::string name = m_weights.entry(*m_weights.find(layer, role)).source.name;
        if (name.ends_with(".weight"))
            name.resize(name.size() - 7);
        return name;
    }

    ValueId norm(ValueId x, int layer, Role role)
    {
        return m_builder.apply(kRmsNormOp, RmsNormParams{m_config.normEps}, {x, weight(layer, role)},
                               m_config.hidden, x, baseName(layer, role));
    }

    ValueId linear(ValueId x, int layer, Role role, Role biasRole)
    {
        const ValueId w = weight(layer, role);
        const uint32_t rows = m_builder.graph().value(w).rows;
        const std::string name = baseName(layer, role);
        const ValueId y = m_builder.apply(kLinearOp, LinearParams{}, {x, w}, rows, x, name);
        if (!m_weights.find(layer, biasRole))
            return y;
        return m_builder.apply(kAddOp, AddParams{1}, {y, weight(layer, biasRole)}, rows, x, name + ".bias");
    }

    ValueId rope(ValueId x, uint32_t heads, std::string name)
    {
        const RopeParams params{heads, m_config.headDim, m_config.rope.dim, m_config.rope.style};
        return m_builder.apply(kRopeOp, params, {x, m_rotary}, heads * m_config.headDim, x, std::move(name));
    }

    ValueId attentionBlock(uint32_t layer, ValueId x)
    {
        const LayerConfig &shape = m_config.layers[layer];
        const int l = int(layer);
        const ValueId h = norm(x, l, Role::AttentionNorm);
        const ValueId q0 = linear(h, l, Role::Query, Role::QueryBias);
        const ValueId k0 = linear(h, l, Role::Key, Role::KeyBias);
        const ValueId v = linear(h, l, Role::Value, Role::ValueBias);
        const ValueId q = rope(q0, shape.heads, inLayer(layer, "rope_q"));
        const ValueId k = rope(k0, shape.kvHeads, inLayer(layer, "rope_k"));
        const uint32_t width = shape.kvHeads * m_config.headDim;
        const uint32_t rows = m_cache.slots * m_cache.context;
        const uint32_t binding = 2 * (layer - m_range.first);
        const ValueId keys = m_builder.state(inLayer(layer, "cache_k"), m_cache.type, rows, width, binding);
        const ValueId values =
            m_builder.state(inLayer(layer, "cache_v"), m_cache.type, rows, width, binding + 1);
        m_builder.applyTo(kCacheWriteOp, CacheWriteParams{m_cache.context}, {k, v, m_tokens}, {keys, values},
                          inLayer(layer, "cache_write"));
        const AttentionParams params{shape.heads,
                                     shape.kvHeads,
                                     m_config.headDim,
                                     m_cache.context,
                                     m_shape.keyBound,
                                     shape.window,
                                     1.0f / std::sqrt(float(m_config.headDim)),
                                     0.0f};
        const ValueId a = m_builder.apply(kAttentionOp, params, {q, keys, values, m_tokens},
                                          shape.heads * m_config.headDim, q, inLayer(layer, "attention"));
        const ValueId o = linear(a, l, Role::AttentionOutput, Role::AttentionOutputBias);
        return m_builder.apply(kAddOp, AddParams{}, {o, x}, m_config.hidden, x,
                               inLayer(layer, "attention_residual"));
    }

    ValueId feedForwardBlock(uint32_t layer, ValueId x)
    {
        const int l = int(layer);
        const ValueId h = norm(x, l, Role::FeedForwardNorm);
        const ValueId gate = linear(h, l, Role::Gate, Role::GateBias);
        const ValueId up = linear(h, l, Role::Up, Role::UpBias);
        const ValueId act = m_builder.apply(kGluOp, GluParams{m_config.activation}, {gate, up},
                                            m_config.layers[layer].feedForward, x, inLayer(layer, "glu"));
        const ValueId down = linear(act, l, Role::Down, Role::DownBias);
        return m_builder.apply(kAddOp, AddParams{}, {down, x}, m_config.hidden, x, inLayer(layer, "output"));
    }

    ValueId head(ValueId x)
    {
        const ValueId last = m_builder.apply(kGatherRowsOp, GatherRowsParams{}, {x, m_outputRows},
                                             m_config.hidden, m_outputRows, "output_rows");
        const ValueId h = norm(last, -1, Role::OutputNorm);
        const Role role = m_config.tied ? Role::Embedding : Role::Output;
        return m_builder.apply(kLinearOp, LinearParams{}, {h, weight(-1, role)}, m_config.vocabulary, h,
                               "output");
    }

    const ModelConfig &m_config;
    const WeightTable &m_weights;
    LayerRange m_range;
    ShapeClass m_shape;
    CacheShape m_cache;
    GraphBuilder m_builder;
    std::map<uint32_t, ValueId> m_values;
    ValueId m_tokens, m_rotary, m_outputRows, m_hidden;
};

} // namespace

DecoderGraph buildDecoderGraph(const ModelConfig &config, const WeightTable &weights, LayerRange range,
                               const ShapeClass &shape, const CacheShape &cache)
{
    return DecoderBuilder(config, weights, range, shape, cache).build();
}

} // namespace lathe
