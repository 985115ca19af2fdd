// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/runner.h"

#include <functional>

namespace lathe {

/// Receives the logits (vocabulary) after token `position` of list `list`.
using LogitsSink = std::function<void(size_t list, uint32_t position, std::span<const float>)>;

/// Logits of several token lists of different lengths, computed as one ragged batch: list i is slot i of the
/// runner's cache. `lastOnly`: only after the last token of each list. Errors: an empty list, more lists than
/// slots, and those of Runner::step.
Result<> evaluateLogits(Runner &runner, const std::vector<std::vector<uint32_t>> &lists, bool lastOnly,
                        const LogitsSink &sink, const TaskContext &task);

} // namespace lathe
