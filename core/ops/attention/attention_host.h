// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/attention/attention.h"

namespace lathe {

void attentionReference(const HostCall &call);
void attentionCpu(const HostCall &call);

/// The keys that one token sees: positions begin … end − 1 of the slot that starts at cache row `slotRow`.
struct KeyRange {
    uint64_t slotRow = 0;
    uint64_t begin = 0;
    uint64_t end = 0;
};

inline KeyRange visibleKeys(const AttentionParams &params, const int32_t *token)
{
    const uint64_t end = uint64_t(token[kTokenPosition]) + 1;
    const uint64_t begin = params.window > 0 && end > params.window ? end - params.window : 0;
    return {uint64_t(token[kTokenSlot]) * params.context, begin, end};
}

} // namespace lathe
