// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/decoder_graph.h"

#include "core/ops/add/add.h"
#include "core/ops/attention/attention.h"
#include "core/ops/cache_write/cache_write.h"
#include "core/ops/embed/embed.h"
#include "core/ops/expert_linear/expert_linear.h"
#include "core/ops/expert_sum/expert_sum.h"
#include "core/ops/gather_rows/gather_rows.h"
#include "core/ops/glu/glu.h"
#include "core/ops/int8_round/int8_round.h"
#include "core/ops/layer_norm/layer_norm.h"
#include "core/ops/linear/linear.h"
#include "core/ops/rms_norm/rms_norm.h"
#include "core/ops/router/router.h"
#include "core/ops/unary/unary.h"

#include <cmath>

namespace lathe {

namespace {

class DecoderBuilder
{
public:
    DecoderBuilder(const ModelConfig &config, const WeightTable &weights, LayerRange range,
                   const ShapeClass &shape, const CacheShape &cache, const Int8Rounding &int8)
        : m_config(config), m_weights(weights), m_range(range), m_shape(shape), m_cache(cache), m_int8(int8)
    {
    }

    DecoderGraph build()
    {
        addInputs();
        ValueId x = m_range.first == 0 ? embedding() : m_hidden;
        for (uint32_t layer = m_range.first; layer < m_range.last; ++layer) {
            m_builder.setLayer(int(layer));
            x = m_config.parallelResidual ? parallelBlock(layer, x) : sequentialBlock(layer, x);
        }
        m_builder.setLayer(-1);
        if (m_range.last == m_config.layers.size())
            x = head(x);
        m_builder.graph().addOutput(x);
        return {m_builder.take(), x, std::move(m_inputs)};
    }

private:
    ValueId input(DecoderInput what, std::string name, DType type, uint32_t cols)
    {
        m_inputs.push_back(what);
        const bool outputs = what == DecoderInput::Outputs;
        return m_builder.input(std::move(name), type, outputs ? m_shape.outputs : m_shape.tokens, cols,
                               outputs ? RowCount::Outputs : RowCount::Tokens);
    }

    void addInputs()
    {
        m_tokens = input(DecoderInput::Tokens, "tokens", DType::I32, kTokenColumns);
        m_outputRows = input(DecoderInput::Outputs, "output_rows", DType::I32, 1);
        if (m_config.rope.dim > 0)
            m_rotary = input(DecoderInput::Rotary, "rotary", DType::F32, m_config.rope.dim);
        if (m_config.localRope)
            m_localRotary =
                input(DecoderInput::LocalRotary, "local_rotary", DType::F32, m_config.localRope->dim);
        if (m_range.first > 0)
            m_hidden = input(DecoderInput::Hidden, "hidden", DType::F32, m_config.hidden);
    }

    ValueId embedding()
    {
        const uint32_t hidden = m_config.hidden;
        const bool positions = m_weights.find(-1, Role::PositionEmbedding).has_value();
        const ValueId x = m_builder.apply(kEmbedOp, EmbedParams{m_config.embeddingScale},
                                          {weight(-1, Role::Embedding), m_tokens}, hidden, m_tokens,
                                          positions ? "token_embedding" : "embedding");
        if (!positions)
            return x;
        const ValueId p = m_builder.apply(kEmbedOp, EmbedParams{1, kTokenPosition},
                                          {weight(-1, Role::PositionEmbedding), m_tokens}, hidden, m_tokens,
                                          "position_embedding");
        return m_builder.apply(kAddOp, AddParams{}, {x, p}, hidden, x, "embedding");
    }

    ValueId add(ValueId branch, ValueId x, std::string name)
    {
        return m_builder.apply(kAddOp, AddParams{}, {branch, x}, m_config.hidden, x, std::move(name));
    }

    ValueId sequentialBlock(uint32_t layer, ValueId x)
    {
        const int l = int(layer);
        const ValueId a = attention(layer, norm(x, l, Role::AttentionNorm, Role::AttentionNormBias));
        x = add(norm(a, l, Role::PostAttentionNorm), x, inLayer(layer, "attention_residual"));
        const ValueId f = feedForward(layer, norm(x, l, Role::FeedForwardNorm, Role::FeedForwardNormBias));
        return add(norm(f, l, Role::PostFeedForwardNorm), x, inLayer(layer, "output"));
    }

    ValueId parallelBlock(uint32_t layer, ValueId x)
    {
        const int l = int(layer);
        const ValueId a = attention(layer, norm(x, l, Role::AttentionNorm, Role::AttentionNormBias));
        const ValueId f = feedForward(layer, norm(x, l, Role::FeedForwardNorm, Role::FeedForwardNormBias));
        return add(f, add(a, x, inLayer(layer, "attention_residual")), inLayer(layer, "output"));
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

    /// x where the model has no such norm. A norm narrower than x is one of each group of columns (head).
    ValueId norm(ValueId x, int layer, Role role, Role biasRole = Role::Count)
    {
        if (!m_weights.find(layer, role))
            return x;
        const uint32_t cols = m_builder.graph().value(x).cols;
        const std::string name = baseName(layer, role);
        if (m_config.norm == NormKind::Layer)
            return m_builder.apply(kLayerNormOp, LayerNormParams{m_config.normEps},
                                   {x, weight(layer, role), weight(layer, biasRole)}, cols, x, name);
        return m_builder.apply(kRmsNormOp, RmsNormParams{m_config.normEps}, {x, weight(layer, role)}, cols, x,
                               name);
    }

    /// What a weight of LLM.int8() is multiplied with: x, rounded once for all weights that share it.
    ValueId rounded(ValueId x, int layer, Role role)
    {
        const std::optional<float> threshold =
            m_weights.entry(*m_weights.find(layer, role)).source.int8Threshold;
        if (!threshold || !m_int8.activations)
            return x;
        if (const auto it = m_rounded.find(x.value); it != m_rounded.end())
            return it->second;
        const Int8RoundParams params{m_int8.threshold.value_or(*threshold), m_int8.columnsOfBatch};
        const ValueId y =
            m_builder.apply(kInt8RoundOp, params, {x, m_tokens}, m_builder.graph().value(x).cols, x,
                            baseName(layer, role) + ".int8");
        m_rounded[x.value] = y;
        return y;
    }

    ValueId linear(ValueId x, int layer, Role role, Role biasRole)
    {
        x = rounded(x, layer, role);
        const ValueId w = weight(layer, role);
        const uint32_t rows = m_builder.graph().value(w).rows;
        const std::string name = baseName(layer, role);
        const ValueId y = m_builder.apply(kLinearOp, LinearParams{}, {x, w}, rows, x, name);
        if (!m_weights.find(layer, biasRole))
            return y;
        return m_builder.apply(kAddOp, AddParams{1}, {y, weight(layer, biasRole)}, rows, x, name + ".bias");
    }

    ValueId rope(ValueId x, uint32_t layer, uint32_t heads, const char *name)
    {
        if (m_config.rope.dim == 0)
            return x;
        const RopeParams params{heads, m_config.headDim, m_config.rope.dim, m_config.rope.style};
        const ValueId table = m_config.layers[layer].localRope ? m_localRotary : m_rotary;
        return m_builder.apply(kRopeOp, params, {x, table}, heads * m_config.headDim, x,
                               inLayer(layer, name));
    }

    AttentionParams attentionParams(const LayerConfig &shape) const
    {
        const float scale = m_config.attentionScale;
        return {shape.heads,
                shape.kvHeads,
                m_config.headDim,
                m_cache.context,
                m_shape.keyBound,
                shape.window,
                scale > 0 ? scale : 1.0f / std::sqrt(float(m_config.headDim)),
                m_config.attentionSoftcap};
    }

    ValueId attention(uint32_t layer, ValueId h)
    {
        const LayerConfig &shape = m_config.layers[layer];
        const int l = int(layer);
        const ValueId q0 = linear(h, l, Role::Query, Role::QueryBias);
        const ValueId k0 = linear(h, l, Role::Key, Role::KeyBias);
        const ValueId v = linear(h, l, Role::Value, Role::ValueBias);
        const ValueId q = rope(norm(q0, l, Role::QueryNorm), layer, shape.heads, "rope_q");
        const ValueId k = rope(norm(k0, l, Role::KeyNorm), layer, shape.kvHeads, "rope_k");
        const uint32_t width = shape.kvHeads * m_config.headDim;
        const uint32_t rows = m_cache.slots * m_cache.context;
        const uint32_t binding = 2 * (layer - m_range.first);
        const ValueId keys = m_builder.state(inLayer(layer, "cache_k"), m_cache.type, rows, width, binding);
        const ValueId values =
            m_builder.state(inLayer(layer, "cache_v"), m_cache.type, rows, width, binding + 1);
        m_builder.applyTo(kCacheWriteOp, CacheWriteParams{m_cache.context}, {k, v, m_tokens}, {keys, values},
                          inLayer(layer, "cache_write"));
        const ValueId a = m_builder.apply(kAttentionOp, attentionParams(shape), {q, keys, values, m_tokens},
                                          shape.heads * m_config.headDim, q, inLayer(layer, "attention"));
        return linear(a, l, Role::AttentionOutput, Role::AttentionOutputBias);
    }

    ValueId glu(ValueId gate, ValueId up, std::string name)
    {
        return m_builder.apply(kGluOp, GluParams{m_config.activation}, {gate, up},
                               m_builder.graph().value(gate).cols, gate, std::move(name));
    }

    ValueId feedForward(uint32_t layer, ValueId h)
    {
        const int l = int(layer);
        if (m_config.layers[layer].experts)
            return experts(layer, h);
        ValueId act;
        if (m_weights.find(l, Role::Gate)) {
            const ValueId gate = linear(h, l, Role::Gate, Role::GateBias);
            act = glu(gate, linear(h, l, Role::Up, Role::UpBias), inLayer(layer, "glu"));
        } else {
            const UnaryParams params{UnaryParams::Function(m_config.activation), 0};
            const ValueId up = linear(h, l, Role::Up, Role::UpBias);
            act = m_builder.apply(kUnaryOp, params, {up}, m_config.layers[layer].feedForward, h,
                                  inLayer(layer, "activation"));
        }
        return linear(act, l, Role::Down, Role::DownBias);
    }

    /// The matrices `role` of the experts that `routes` names.
    ValueId expertLinear(ValueId x, uint32_t layer, Role role, ValueId routes, bool perSlot)
    {
        const ExpertConfig &config = m_config.experts;
        const ValueId w = weight(int(layer), role);
        const uint32_t rows = m_builder.graph().value(w).rows / config.count;
        return m_builder.apply(kExpertLinearOp, ExpertLinearParams{config.count, config.used, perSlot},
                               {x, w, routes}, config.used * rows, x, baseName(int(layer), role));
    }

    ValueId experts(uint32_t layer, ValueId h)
    {
        const int l = int(layer);
        const ExpertConfig &config = m_config.experts;
        const ValueId logits = linear(h, l, Role::Router, Role::Count);
        const RouterParams routing{config.used, config.normalise, config.scale};
        const ValueId routes =
            m_builder.apply(kRouterOp, routing, {logits}, 2 * config.used, h, inLayer(layer, "router"));
        const ValueId gate = expertLinear(h, layer, Role::GateExperts, routes, false);
        const ValueId up = expertLinear(h, layer, Role::UpExperts, routes, false);
        const ValueId act = glu(gate, up, inLayer(layer, "glu"));
        std::vector<ValueId> in{expertLinear(act, layer, Role::DownExperts, routes, true), routes};
        const bool shared = m_weights.find(l, Role::SharedUp).has_value();
        if (shared) {
            const ValueId sharedGate = linear(h, l, Role::SharedGate, Role::Count);
            const ValueId sharedAct =
                glu(sharedGate, linear(h, l, Role::SharedUp, Role::Count), inLayer(layer, "shared_glu"));
            in.push_back(linear(sharedAct, l, Role::SharedDown, Role::Count));
            in.push_back(linear(h, l, Role::SharedRouter, Role::Count));
        }
        return m_builder.apply(kExpertSumOp, ExpertSumParams{config.used, shared}, std::move(in),
                               m_config.hidden, h, inLayer(layer, "expert_sum"));
    }

    ValueId head(ValueId x)
    {
        const Role role = m_config.tied ? Role::Embedding : Role::Output;
        const bool int8 = m_weights.entry(*m_weights.find(-1, role)).source.int8Threshold.has_value();
        if (int8) // its outlier columns are those of all rows
            x = rounded(norm(x, -1, Role::OutputNorm, Role::OutputNormBias), -1, role);
        const ValueId last = m_builder.apply(kGatherRowsOp, GatherRowsParams{}, {x, m_outputRows},
                                             m_config.hidden, m_outputRows, "output_rows");
        const ValueId h = int8 ? last : norm(last, -1, Role::OutputNorm, Role::OutputNormBias);
        const ValueId logits = m_builder.apply(kLinearOp, LinearParams{}, {h, weight(-1, role)},
                                               m_config.vocabulary, h, "output");
        if (m_config.logitSoftcap == 0)
            return logits;
        return m_builder.apply(kUnaryOp, UnaryParams{UnaryParams::Softcap, m_config.logitSoftcap}, {logits},
                               m_config.vocabulary, logits, "output_softcap");
    }

    const ModelConfig &m_config;
    const WeightTable &m_weights;
    LayerRange m_range;
    ShapeClass m_shape;
    CacheShape m_cache;
    Int8Rounding m_int8;
    GraphBuilder m_builder;
    std::map<uint32_t, ValueId> m_values;
    std::map<uint32_t, ValueId> m_rounded;
    std::vector<DecoderInput> m_inputs;
    ValueId m_tokens, m_rotary, m_localRotary, m_outputRows, m_hidden;
};

} // namespace

DecoderGraph buildDecoderGraph(const ModelConfig &config, const WeightTable &weights, LayerRange range,
                               const ShapeClass &shape, const CacheShape &cache, const Int8Rounding &int8)
{
    return DecoderBuilder(config, weights, range, shape, cache, int8).build();
}

} // namespace lathe
