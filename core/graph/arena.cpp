// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/arena.h"

#include "core/base/checked.h"

#include <algorithm>

namespace lathe {

namespace {

struct Lifetime {
    uint32_t value = 0;
    uint32_t first = UINT32_MAX;
    uint32_t last = 0;
    uint64_t bytes = 0;
    uint64_t offset = 0;
};

std::vector<Lifetime> lifetimes(const Graph &graph, const std::set<ValueId> &keep, uint64_t alignment)
{
    const uint32_t end = uint32_t(graph.nodes().size());
    std::vector<Lifetime> all(graph.values().size());
    for (uint32_t i = 0; i < all.size(); ++i) {
        const Value &value = graph.values()[i];
        all[i].value = i;
        all[i].bytes =
            roundUp(std::max<uint64_t>(rowBytes(value.type, value.cols) * value.rows, 4), alignment);
        if (value.kind == ValueKind::Input) {
            all[i].first = 0;
            all[i].last = end;
        }
    }
    for (uint32_t n = 0; n < end; ++n) {
        for (const auto &list : {graph.nodes()[n].in, graph.nodes()[n].out}) {
            for (const ValueId id : list) {
                all[id.value].first = std::min(all[id.value].first, n);
                all[id.value].last = std::max(all[id.value].last, n);
            }
        }
    }
    for (const ValueId id : graph.outputs())
        all[id.value].last = end;
    for (const ValueId id : keep)
        all[id.value].last = end;
    std::erase_if(all, [&](const Lifetime &life) {
        const ValueKind kind = graph.values()[life.value].kind;
        return life.first == UINT32_MAX || kind == ValueKind::Weight || kind == ValueKind::State;
    });
    return all;
}

} // namespace

ArenaPlan planArena(const Graph &graph, const std::set<ValueId> &keep, uint64_t alignment)
{
    ArenaPlan plan;
    plan.offset.assign(graph.values().size(), ArenaPlan::kNone);
    plan.bytes.assign(graph.values().size(), 0);
    auto open = lifetimes(graph, keep, alignment);
    std::stable_sort(open.begin(), open.end(),
                     [](const auto &a, const auto &b) { return a.bytes > b.bytes; });
    std::vector<Lifetime> placed; // by ascending offset
    for (Lifetime life : open) {
        for (const Lifetime &other : placed) {
            const bool together = life.first <= other.last && other.first <= life.last;
            if (together && life.offset + life.bytes > other.offset)
                life.offset = std::max(life.offset, other.offset + other.bytes);
        }
        const auto at = std::upper_bound(placed.begin(), placed.end(), life,
                                         [](const auto &a, const auto &b) { return a.offset < b.offset; });
        placed.insert(at, life);
        plan.offset[life.value] = life.offset;
        plan.bytes[life.value] = life.bytes;
        plan.totalBytes = std::max(plan.totalBytes, life.offset + life.bytes);
    }
    return plan;
}

} // namespace lathe
