// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/adapter.h"
#include "core/model/device_model.h"
#include "core/model/rotary.h"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lathe {

/// One token of a step: which id at which position of which sequence.
struct StepToken {
    uint32_t id = 0;
    uint32_t position = 0;
    uint32_t slot = 0;
};

struct RunnerOptions {
    CacheShape cache;
    bool fused = true;
    /// Tokens that one step takes at most; longer prompts run in chunks of it. 0: defaultChunk().
    uint32_t chunk = 0;
    Int8Rounding int8 = {};
};

/// 64; with weights of LLM.int8(), whose outlier columns are those of a step, 512.
uint32_t defaultChunk(const WeightTable &weights);

/// Runs a model's graph over its parts with one cache of its own. One step at a time, from one thread.
class Runner
{
public:
    static Result<std::unique_ptr<Runner>> create(std::shared_ptr<const DeviceModel> model,
                                                  const RunnerOptions &options);
    ~Runner();

    /// Asks for the input of a linear node ("blk.3.attn_q") or the value of a node ("blk.3.output").
    struct Capture {
        std::string node;
        bool input = true;         ///< false: the node's value
        std::vector<float> values; ///< filled: (tokens of the step, columns)
        uint32_t cols = 0;
    };

    /// Runs tokens.size() ≤ chunk tokens: writes their cache rows and fills `logits` (outputRows.size(),
    /// vocabulary) for the given rows of the step. Errors: an id outside the vocabulary, a position outside
    /// the cache, a device fault, NaN or infinity in the logits (names the first layer that has them),
    /// cancelled.
    Result<> step(std::span<const StepToken> tokens, std::span<const uint32_t> outputRows,
                  std::span<float> logits, const TaskContext &task, std::span<Capture> captures = {});

    /// Puts `weight` in the place of the tensor with that number for the following steps; null: the model's
    /// own again. Nothing else is uploaded or rebuilt.
    Result<> substitute(uint32_t weightNumber, WeightPtr weight);

    /// The adapters of the following steps, in the place of those before; none: the model alone, by the
    /// programs that it had. What the cache holds stays as it was computed. Error: an adapter that was loaded
    /// for another model.
    Result<> setAdapters(std::vector<std::shared_ptr<const DeviceAdapter>> adapters);
    const std::vector<std::shared_ptr<const DeviceAdapter>> &adapters() const { return m_adapters; }

    const DeviceModel &model() const { return *m_model; }
    std::shared_ptr<const DeviceModel> sharedModel() const { return m_model; }
    const RunnerOptions &options() const { return m_options; }
    /// Dispatches that the last step took, over all parts.
    uint32_t lastDispatches() const { return m_lastDispatches; }
    /// Compiles the programs that a chat uses, so that the first answer does not wait for it.
    Result<> warmUp(const TaskContext &task);

private:
    struct PartState;
    struct Compiled;
    Runner(std::shared_ptr<const DeviceModel> model, const RunnerOptions &options);
    void bindAdapters(size_t part, DecoderGraph &decoder, ProgramBindings &bindings) const;
    Result<Compiled *> program(size_t part, const ShapeClass &shape, std::span<const Capture> captures);
    Result<> checkStep(std::span<const StepToken> tokens, std::span<const uint32_t> outputRows) const;
    ShapeClass shapeFor(std::span<const StepToken> tokens, size_t outputs) const;
    Result<> runParts(std::span<const StepToken> tokens, std::span<const uint32_t> outputRows,
                      std::span<float> logits, const TaskContext &task, std::span<Capture> captures);
    tl::unexpected<Error> nameNonFinite(std::span<const StepToken> tokens,
                                        std::span<const uint32_t> outputRows, const TaskContext &task);

    std::shared_ptr<const DeviceModel> m_model;
    RunnerOptions m_options;
    Rotary m_rotary, m_localRotary;
    std::vector<std::unique_ptr<PartState>> m_parts;
    std::map<uint32_t, WeightPtr> m_substitutes;
    std::vector<std::shared_ptr<const DeviceAdapter>> m_adapters;
    uint32_t m_lastDispatches = 0;
};

} // namespace lathe
