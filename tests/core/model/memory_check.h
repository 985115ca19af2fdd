// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/session.h"
#include "core/model/memory_estimate.h"

#include <algorithm>
#include <string>

namespace lathe {

/// Loads the model on a fresh backend, chats for a few tokens and compares what the backend held with
/// estimateMemory(); empty if the peak is within 10 % + 2 MiB and weights and cache are exact,
/// else what differs. `figures`: both sides in bytes.
inline std::string memoryDifference(const std::shared_ptr<const ModelFile> &file,
                                    const std::shared_ptr<Backend> &backend, const CacheShape &cache,
                                    std::string &figures)
{
    const MemoryEstimate estimate = estimateMemory(*file, *backend, cache);
    const auto model = DeviceModel::load(file, backend, {});
    if (!model)
        return model.error().message();
    const auto session = Session::create(*model, {.context = cache.context, .cacheType = cache.type});
    if (!session)
        return session.error().message();
    GenerateRequest request;
    const uint32_t prompt = std::min(70u, cache.context - 10);
    for (uint32_t i = 0; i < prompt; ++i)
        request.prompt.push_back(i * 7 % file->config().vocabulary);
    request.maxTokens = 4;
    request.ignoreEos = true;
    if (const auto answer = (*session)->generate(request, {}, {}); !answer)
        return answer.error().message();
    const BackendMemory held = backend->memory();
    figures = "estimate " + std::to_string(estimate.total()) + " = weights " +
              std::to_string(estimate.weights) + " + cache " + std::to_string(estimate.cache) +
              " + scratch " + std::to_string(estimate.scratch) + "; peak " + std::to_string(held.peak) +
              ", held: weights " + std::to_string(held.weights) + ", cache " + std::to_string(held.states) +
              ", arena " + std::to_string(held.arena) + ", staging " + std::to_string(held.staging);
    const auto near = [](uint64_t a, uint64_t b, uint64_t slack) {
        return std::max(a, b) - std::min(a, b) <= b / 10 + slack;
    };
    if (estimate.weights != held.weights)
        return "weights differ: " + figures;
    if (estimate.cache != held.states)
        return "cache differs: " + figures;
    if (!near(estimate.scratch, held.arena + held.staging, uint64_t(32) << 10))
        return "scratch differs: " + figures;
    if (!near(estimate.total(), held.peak, uint64_t(2) << 20))
        return "the peak differs: " + figures;
    return {};
}

} // namespace lathe
