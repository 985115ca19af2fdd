// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/evaluate.h"

#include <algorithm>

namespace lathe {

namespace {

struct Pending {
    StepToken token;
    bool wanted = false;
};

Result<std::vector<Pending>> flatten(const Runner &runner, const std::vector<std::vector<uint32_t>> &lists,
                                     bool lastOnly)
{
    if (lists.empty() || lists.size() > runner.options().cache.slots)
        return fail(Errc::BadInput, "ids", std::to_string(lists.size()) + " lists", "give at least one list");
    std::vector<Pending> all;
    for (uint32_t slot = 0; slot < lists.size(); ++slot) {
        if (lists[slot].empty())
            return fail(Errc::BadInput, "ids", "list " + std::to_string(slot) + " is empty",
                        "give at least one id");
        for (uint32_t i = 0; i < lists[slot].size(); ++i)
            all.push_back({{lists[slot][i], i, slot}, !lastOnly || i + 1 == lists[slot].size()});
    }
    return all;
}

/// The end of a step that begins at `begin`: a sequence is cut at the same positions in every batch.
size_t stepEnd(const std::vector<Pending> &all, size_t begin, size_t chunk)
{
    size_t end = begin;
    while (end < all.size()) {
        size_t piece = end + 1;
        while (piece < all.size() && all[piece].token.position % chunk != 0)
            ++piece;
        if (piece - begin > chunk)
            break;
        end = piece;
    }
    return end;
}

} // namespace

Result<> evaluateLogits(Runner &runner, const std::vector<std::vector<uint32_t>> &lists, bool lastOnly,
                        const LogitsSink &sink, const TaskContext &task)
{
    LATHE_ASSIGN(const std::vector<Pending> all, flatten(runner, lists, lastOnly));
    const size_t vocabulary = runner.model().config().vocabulary;
    std::vector<float> logits;
    const size_t chunk = runner.options().chunk;
    for (size_t begin = 0, end = 0; begin < all.size(); begin = end) {
        end = stepEnd(all, begin, chunk);
        std::vector<StepToken> step;
        std::vector<uint32_t> rows;
        for (size_t i = begin; i < end; ++i) {
            step.push_back(all[i].token);
            if (all[i].wanted)
                rows.push_back(uint32_t(i - begin));
        }
        logits.resize(rows.size() * vocabulary);
        LATHE_TRY(runner.step(step, rows, logits, task));
        for (size_t r = 0; r < rows.size(); ++r) {
            const StepToken &token = step[rows[r]];
            sink(token.slot, token.position, std::span(logits).subspan(r * vocabulary, vocabulary));
        }
        task.report("Computing", end, all.size());
    }
    return {};
}

} // namespace lathe
