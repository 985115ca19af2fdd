// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/task.h"
#include "core/graph/graph.h"
#include "core/graph/weight_source.h"

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace lathe {

/// A weight on one backend. Shared: several models and programs may hold it; freed with the last.
struct Weight {
    std::string name;
    DType type = DType::F32; ///< F32 for vectors
    uint32_t rows = 0;
    uint32_t cols = 0;
    virtual ~Weight() = default;
};
using WeightPtr = std::shared_ptr<const Weight>;

/// A cache tensor on one backend, kept between steps.
struct State {
    DType type = DType::F32;
    uint32_t rows = 0;
    uint32_t cols = 0;
    virtual ~State() = default;
};
using StatePtr = std::shared_ptr<State>;

/// What a graph's weights and states stand for, by their binding numbers. A substitution is another WeightPtr
/// here.
struct ProgramBindings {
    std::vector<WeightPtr> weights;
    std::vector<StatePtr> states;
};

struct ProgramOptions {
    bool fused = true;
    bool foldNorm = true;       ///< see FusionOptions
    std::set<ValueId> captures; ///< values to be read after a step, besides the graph's outputs
};

/// A graph compiled for one backend with its bindings. One step at a time.
class Program
{
public:
    virtual ~Program() = default;

    /// What a step reads and writes in host memory.
    struct Read {
        ValueId value;
        std::span<float> into; ///< live rows × cols
    };
    struct Step {
        uint32_t tokens = 0;                            ///< live rows of RowCount::Tokens values
        uint32_t outputs = 0;                           ///< live rows of RowCount::Outputs values
        std::vector<std::span<const std::byte>> inputs; ///< by input binding; live rows only
        std::vector<Read> reads;
    };

    /// Runs one step and fills the reads. Blocks; between submissions the cancel token is looked at.
    virtual Result<> run(const Step &step, const TaskContext &task) = 0;
    /// Dispatches (or host op calls) that one step takes.
    virtual uint32_t dispatches() const = 0;
};

/// Bytes that a backend's allocator holds, now and at the highest point.
struct BackendMemory {
    uint64_t weights = 0;
    uint64_t states = 0;
    uint64_t arena = 0;
    uint64_t staging = 0;
    uint64_t peak = 0;
    uint64_t budget = 0; ///< what may be used in all; 0: unknown

    uint64_t total() const { return weights + states + arena + staging; }
};

/// A device that can hold weights and run graphs: `reference`, `cpu`, `vulkan:N`. Thread-safe: calls that
/// touch the device take turns.
class Backend
{
public:
    virtual ~Backend() = default;

    virtual std::string_view id() const = 0;   ///< "cpu", "vulkan:0"
    virtual std::string_view name() const = 0; ///< "NVIDIA GeForce RTX 3060"
    /// "fp32", "fp16", "dot" or "coopmat".
    virtual std::string_view math() const = 0;
    /// Counts host and device memory for this backend, not the process.
    virtual BackendMemory memory() const = 0;

    /// Weights that kernels may read together (q, k, v; gate, up) come in one call and lie side by side.
    virtual Result<std::vector<WeightPtr>> upload(std::span<const WeightSource> group) = 0;
    virtual Result<StatePtr> createState(DType type, uint32_t rows, uint32_t cols, std::string_view name) = 0;
    virtual Result<std::unique_ptr<Program>> compile(const Graph &graph, const ProgramBindings &bindings,
                                                     const ProgramOptions &options) = 0;
    /// Device bytes that `source` will take, without uploading it.
    virtual uint64_t weightBytes(const WeightSource &source) const = 0;
    /// Bytes of the buffers through which weights and results travel.
    virtual uint64_t transferBytes() const = 0;
    /// Arena bytes that compile() will take for this graph. All programs of a backend share one arena, as
    /// large as the largest needs if that one is compiled first.
    virtual uint64_t arenaBytes(const Graph &graph, const ProgramOptions &options) const = 0;
};

} // namespace lathe
