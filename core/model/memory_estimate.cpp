// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/memory_estimate.h"

#include "core/base/checked.h"
#include "core/model/runner.h"

#include <algorithm>
#include <limits>
#include <map>

namespace lathe {

namespace {

constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();

/// K and V of some layers; kMost where 64 bits do not hold it.
uint64_t cacheBytes(const ModelConfig &config, LayerRange layers, const CacheShape &cache)
{
    Checked bytes = 0;
    for (uint32_t layer = layers.first; layer < layers.last; ++layer) {
        const uint64_t width = uint64_t(config.layers[layer].kvHeads) * config.headDim;
        bytes = bytes + Checked(2) * cache.slots * cache.context * rowBytes(cache.type, width);
    }
    return bytes.value().value_or(kMost);
}

} // namespace

MemoryEstimate estimateMemory(const ModelFile &file, const Backend &backend, const CacheShape &cache,
                              std::span<const std::shared_ptr<const Adapter>> adapters)
{
    MemoryEstimate estimate;
    const ModelConfig &config = file.config();
    for (uint32_t i = 0; i < file.weights().count(); ++i) {
        if (file.weights().entry(i).role != Role::RopeFactors)
            estimate.weights += backend.weightBytes(file.weights().entry(i).source);
    }
    for (const auto &adapter : adapters) {
        for (const Adapter::Linear &linear : adapter->linears())
            estimate.weights += backend.weightBytes(linear.a) + backend.weightBytes(linear.b);
    }
    const std::vector<LowRank> products = lowRanks(adapters, file.weights().count());
    const LayerRange all{0, uint32_t(config.layers.size())};
    estimate.cache = cacheBytes(config, all, cache);
    for (const uint32_t tokens : {1u, defaultChunk(file.weights())}) {
        ProgramOptions options;
        options.foldNorm = tokens <= 8;
        const ShapeClass shape{tokens, 1, std::min(256u, cache.context)};
        const Graph graph =
            addLowRank(buildDecoderGraph(config, file.weights(), all, shape, cache).graph, products);
        estimate.scratch = std::max(estimate.scratch, backend.arenaBytes(graph, options));
    }
    estimate.scratch += backend.transferBytes();
    return estimate;
}

Result<> checkCacheFits(const DeviceModel &model, const CacheShape &cache)
{
    std::map<const Backend *, uint64_t> needed; // two parts may lie on one device
    for (const DeviceModel::Part &part : model.parts()) {
        uint64_t &sum = needed[part.backend.get()];
        const Checked more = Checked(sum) + cacheBytes(model.config(), part.layers, cache);
        sum = more.value().value_or(kMost);
    }
    for (const auto &[backend, bytes] : needed) {
        const BackendMemory have = backend->memory();
        const uint64_t free = have.budget > have.total() ? have.budget - have.total() : 0;
        if (have.budget > 0 && bytes > free)
            return fail(Errc::OutOfMemory, std::string(backend->name()),
                        "the KV cache of " + std::to_string(cache.context) + " tokens needs " +
                            std::to_string(bytes) + " bytes, free are " + std::to_string(free),
                        "use a smaller --ctx or --kv F16");
    }
    return {};
}

uint32_t defaultContext(const ModelConfig &config)
{
    return config.contextTrained == 0 ? 2048 : std::min(2048u, config.contextTrained);
}

} // namespace lathe
