// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/runner.h"

#include "core/base/checked.h"
#include "core/model/memory_estimate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

namespace lathe {

struct Runner::Compiled {
    DecoderGraph decoder;
    std::unique_ptr<Program> program;
};

/// What one part keeps: its caches, and its programs by shape and captured nodes, with the adapters that are
/// set and without any.
struct Runner::PartState {
    using Programs = std::map<std::pair<ShapeClass, std::vector<std::pair<std::string, bool>>>, Compiled>;
    std::vector<StatePtr> states;
    Programs programs;
    Programs adapted;
};

namespace {

/// Token counts that programs are compiled for: few, so that recordings are reused.
constexpr uint32_t kTokenClasses[] = {1, 8};

ValueId capturedValue(const Graph &graph, const Runner::Capture &capture)
{
    return capture.input ? graph.inputOf(capture.node) : graph.findValue(capture.node);
}

template <class T> std::span<const std::byte> asInput(const std::vector<T> &values)
{
    return std::as_bytes(std::span(values));
}

bool allFinite(std::span<const float> values)
{
    // The exponent of NaN and infinity is all ones; a sum of magnitudes would overflow on large finite
    // values.
    return std::none_of(values.begin(), values.end(),
                        [](float v) { return (std::bit_cast<uint32_t>(v) & 0x7F800000u) == 0x7F800000u; });
}

RunnerOptions withChunk(RunnerOptions options, const DeviceModel &model)
{
    if (options.chunk == 0)
        options.chunk = defaultChunk(model.file().weights());
    return options;
}

} // namespace

uint32_t defaultChunk(const WeightTable &weights)
{
    for (uint32_t i = 0; i < weights.count(); ++i) {
        if (weights.entry(i).source.int8Threshold)
            return 512;
    }
    return 64;
}

Runner::Runner(std::shared_ptr<const DeviceModel> model, const RunnerOptions &options)
    : m_model(std::move(model)), m_options(withChunk(options, *m_model)),
      m_rotary(m_model->config().rope, options.cache.context),
      m_localRotary(m_model->config().localRope.value_or(RopeConfig{}), options.cache.context)
{
}

Runner::~Runner() = default;

Result<std::unique_ptr<Runner>> Runner::create(std::shared_ptr<const DeviceModel> model,
                                               const RunnerOptions &options)
{
    std::unique_ptr<Runner> runner(new Runner(std::move(model), options));
    const ModelConfig &config = runner->m_model->config();
    const Checked rows = Checked(options.cache.slots) * options.cache.context;
    if (rows.value().value_or(0) == 0 || !rows.fits(UINT32_MAX))
        return fail(Errc::BadInput, "--ctx",
                    "a cache of " + std::to_string(options.cache.context) + " tokens cannot be made",
                    "give a context from 1 to " + std::to_string(config.contextTrained));
    if (runner->m_model->file().weights().find(-1, Role::PositionEmbedding) &&
        options.cache.context > config.contextTrained)
        return fail(Errc::BadInput, "--ctx",
                    std::to_string(options.cache.context) + " tokens are more than the " +
                        std::to_string(config.contextTrained) + " positions that this model has learned",
                    "give at most " + std::to_string(config.contextTrained));
    LATHE_TRY(checkCacheFits(*runner->m_model, options.cache));
    for (const DeviceModel::Part &part : runner->m_model->parts()) {
        auto state = std::make_unique<PartState>();
        for (uint32_t layer = part.layers.first; layer < part.layers.last; ++layer) {
            const uint32_t width = config.layers[layer].kvHeads * config.headDim;
            for (const char *which : {"cache_k", "cache_v"}) {
                LATHE_ASSIGN(auto cache,
                             part.backend->createState(options.cache.type, uint32_t(*rows.value()), width,
                                                       "blk." + std::to_string(layer) + "." + which));
                state->states.push_back(std::move(cache));
            }
        }
        runner->m_parts.push_back(std::move(state));
    }
    return runner;
}

ShapeClass Runner::shapeFor(std::span<const StepToken> tokens, size_t outputs) const
{
    ShapeClass shape;
    const auto fits = std::find_if(std::begin(kTokenClasses), std::end(kTokenClasses),
                                   [&](uint32_t size) { return tokens.size() <= size; });
    shape.tokens = fits == std::end(kTokenClasses) ? m_options.chunk : std::min(*fits, m_options.chunk);
    shape.outputs = outputs <= 1 ? 1 : shape.tokens;
    uint32_t keys = 0;
    for (const StepToken &token : tokens)
        keys = std::max(keys, token.position + 1);
    // Doubling buckets: a conversation meets few of them.
    shape.keyBound = std::min(std::max(std::bit_ceil(keys), 256u), std::max(m_options.cache.context, 1u));
    return shape;
}

/// Adds the adapters' matrices behind the model's weights and their products to the graph.
void Runner::bindAdapters(size_t part, DecoderGraph &decoder, ProgramBindings &bindings) const
{
    std::vector<LowRank> products;
    for (const auto &adapter : m_adapters) {
        for (const DeviceAdapter::Linear &linear : adapter->parts()[part]) {
            const uint32_t binding = uint32_t(bindings.weights.size());
            products.push_back({linear.weight, binding, binding + 1, linear.a->rows});
            bindings.weights.insert(bindings.weights.end(), {linear.a, linear.b});
        }
    }
    decoder.graph = addLowRank(decoder.graph, products);
}

Result<Runner::Compiled *> Runner::program(size_t partIndex, const ShapeClass &shape,
                                           std::span<const Capture> captures)
{
    std::vector<std::pair<std::string, bool>> names;
    for (const Capture &capture : captures)
        names.emplace_back(capture.node, capture.input);
    PartState &state = *m_parts[partIndex];
    PartState::Programs &programs = m_adapters.empty() ? state.programs : state.adapted;
    const auto key = std::pair(shape, names);
    if (const auto it = programs.find(key); it != programs.end())
        return &it->second;

    const DeviceModel::Part &part = m_model->parts()[partIndex];
    Compiled compiled;
    compiled.decoder = buildDecoderGraph(m_model->config(), m_model->file().weights(), part.layers, shape,
                                         m_options.cache, m_options.int8);
    ProgramBindings bindings{part.weights, state.states};
    bindAdapters(partIndex, compiled.decoder, bindings);
    ProgramOptions options;
    options.fused = m_options.fused;
    options.foldNorm = shape.tokens <= 8;
    for (const Capture &capture : captures) {
        if (const ValueId id = capturedValue(compiled.decoder.graph, capture); id.valid())
            options.captures.insert(id);
    }
    for (const auto &[number, weight] : m_substitutes) {
        bindings.weights[number] = weight;
        compiled.decoder.graph.retypeWeight(number, weight->type);
    }
    LATHE_ASSIGN(compiled.program, part.backend->compile(compiled.decoder.graph, bindings, options));
    return &programs.emplace(key, std::move(compiled)).first->second;
}

Result<> Runner::checkStep(std::span<const StepToken> tokens, std::span<const uint32_t> outputRows) const
{
    if (tokens.empty() || tokens.size() > m_options.chunk)
        return fail(Errc::BadInput, "step", std::to_string(tokens.size()) + " tokens",
                    "give 1 to " + std::to_string(m_options.chunk));
    for (const StepToken &token : tokens) {
        if (token.id >= m_model->config().vocabulary)
            return fail(Errc::BadInput, "ids",
                        std::to_string(token.id) + " is outside the vocabulary of " +
                            std::to_string(m_model->config().vocabulary),
                        "give ids of this model's tokenizer");
        if (token.position >= m_options.cache.context || token.slot >= m_options.cache.slots)
            return fail(Errc::BadInput, "--ctx",
                        "position " + std::to_string(token.position) + " is beyond the context of " +
                            std::to_string(m_options.cache.context) + " tokens",
                        "give a larger --ctx or fewer tokens");
    }
    for (const uint32_t row : outputRows) {
        if (row >= tokens.size())
            return fail(Errc::BadInput, "step", "no row " + std::to_string(row), "ask for rows of the step");
    }
    return {};
}

Result<> Runner::runParts(std::span<const StepToken> tokens, std::span<const uint32_t> outputRows,
                          std::span<float> logits, const TaskContext &task, std::span<Capture> captures)
{
    const uint32_t count = uint32_t(tokens.size());
    std::vector<int32_t> table, positions, rows(outputRows.begin(), outputRows.end());
    for (const StepToken &token : tokens) {
        table.insert(table.end(), {int32_t(token.id), int32_t(token.position), int32_t(token.slot), 0});
        positions.push_back(int32_t(token.position));
    }
    const ModelConfig &config = m_model->config();
    std::vector<float> rotary(size_t(count) * config.rope.dim);
    m_rotary.fill(positions, rotary);
    std::vector<float> localRotary(config.localRope ? rotary.size() : 0);
    m_localRotary.fill(positions, localRotary);
    const ShapeClass shape = shapeFor(tokens, outputRows.size());
    std::vector<float> hidden;
    m_lastDispatches = 0;
    for (size_t i = 0; i < m_parts.size(); ++i) {
        const bool last = i + 1 == m_parts.size();
        LATHE_ASSIGN(Compiled *const compiled, program(i, shape, captures));
        // By DecoderInput.
        const std::array inputs{asInput(table), asInput(rows), asInput(rotary), asInput(localRotary),
                                asInput(hidden)};
        Program::Step step{count, uint32_t(rows.size()), {}, {}};
        for (const DecoderInput input : compiled->decoder.inputs)
            step.inputs.push_back(inputs[size_t(input)]);
        std::vector<float> next(last ? 0 : size_t(count) * config.hidden);
        if (!last || !logits.empty())
            step.reads.push_back({compiled->decoder.result, last ? logits : std::span<float>(next)});
        for (Capture &capture : captures) {
            const ValueId id = capturedValue(compiled->decoder.graph, capture);
            if (!id.valid())
                continue;
            const Value &value = compiled->decoder.graph.value(id);
            capture.cols = value.cols;
            capture.values.resize(size_t(value.rowCount == RowCount::Outputs ? rows.size() : count) *
                                  value.cols);
            step.reads.push_back({id, capture.values});
        }
        LATHE_TRY(compiled->program->run(step, task));
        m_lastDispatches += compiled->program->dispatches();
        hidden = std::move(next);
    }
    return {};
}

Result<> Runner::step(std::span<const StepToken> tokens, std::span<const uint32_t> outputRows,
                      std::span<float> logits, const TaskContext &task, std::span<Capture> captures)
{
    LATHE_TRY(checkStep(tokens, outputRows));
    LATHE_TRY(runParts(tokens, outputRows, logits, task, captures));
    for (const Capture &capture : captures) {
        if (capture.cols == 0)
            return fail(Errc::BadInput, capture.node, "the graph has no such node",
                        "name a node of the model");
    }
    if (!allFinite(logits))
        return nameNonFinite(tokens, outputRows, task);
    return {};
}

/// Runs the step again with every layer's output captured; its cache rows are written with the same values.
tl::unexpected<Error> Runner::nameNonFinite(std::span<const StepToken> tokens,
                                            std::span<const uint32_t> outputRows, const TaskContext &task)
{
    std::vector<Capture> captures;
    captures.push_back({"embedding", false, {}, 0});
    for (size_t layer = 0; layer < m_model->config().layers.size(); ++layer) {
        for (const char *part : {"attention", "attention_residual", "glu", "activation", "output"})
            captures.push_back({"blk." + std::to_string(layer) + "." + part, false, {}, 0});
    }
    const Result<> again = runParts(tokens, outputRows, {}, task, captures);
    std::string where = "output head";
    for (const Capture &capture : captures) {
        if (again && !allFinite(capture.values)) {
            where = capture.node;
            break;
        }
    }
    if (!again && again.error().code != Errc::Numeric)
        return tl::unexpected<Error>(again.error());
    return fail(
        Errc::Numeric, where, "NaN or infinity in its output",
        "the weights of this layer are damaged or the device computes wrongly: run lathe selftest, or "
        "try --device cpu");
}

Result<> Runner::substitute(uint32_t weightNumber, WeightPtr weight)
{
    if (weightNumber >= m_model->file().weights().count())
        return fail(Errc::BadInput, "substitution", "no tensor " + std::to_string(weightNumber),
                    "name a tensor");
    if (weight)
        m_substitutes[weightNumber] = std::move(weight);
    else
        m_substitutes.erase(weightNumber);
    for (auto &part : m_parts) {
        part->programs.clear();
        part->adapted.clear();
    }
    return {};
}

Result<> Runner::setAdapters(std::vector<std::shared_ptr<const DeviceAdapter>> adapters)
{
    for (const auto &adapter : adapters) {
        if (&adapter->model() != m_model.get())
            return fail(Errc::BadInput, adapter->adapter().name(), "was loaded for another model",
                        "load it for this one");
    }
    if (adapters == m_adapters)
        return {};
    for (auto &part : m_parts)
        part->adapted.clear();
    m_adapters = std::move(adapters);
    return {};
}

Result<> Runner::warmUp(const TaskContext &task)
{
    // The largest first, so that the others fit into its arena.
    for (const uint32_t tokens : {m_options.chunk, 1u}) {
        for (size_t part = 0; part < m_parts.size(); ++part) {
            LATHE_TRY(task.checkCancelled());
            const uint32_t keys = std::min(256u, m_options.cache.context);
            LATHE_TRY(program(part, ShapeClass{tokens, 1, keys}, {}));
        }
    }
    return {};
}

} // namespace lathe
