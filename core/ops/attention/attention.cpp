// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/attention/attention.h"

#include "core/ops/attention/attention_host.h"
#include "core/ops/cases.h"
#include "core/ops/records.h"

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

using namespace cases;

struct Settings {
    uint32_t tokenRows = 1;
    uint32_t heads = 1, kvHeads = 1, headDim = 64;
    uint32_t firstPosition = 0, slots = 1;
    uint32_t window = 0;
    float softcap = 0;
    DType cacheType = DType::F32;
    bool selfTest = false;
};

OpCase attentionCase(const Settings &s)
{
    const uint32_t steps = (s.tokenRows + s.slots - 1) / s.slots;
    const uint32_t context = s.firstPosition + std::max(steps, 1u) + 3;
    const uint32_t cols = s.heads * s.headDim;
    AttentionParams params{s.heads, s.kvHeads, s.headDim, context, s.firstPosition + std::max(steps, 1u)};
    params.window = s.window;
    params.scale = 1 / std::sqrt(float(s.headDim));
    params.softcap = s.softcap;
    const CaseTensor state = cache(s.cacheType, s.slots * context, s.kvHeads * s.headDim);
    OpCase row;
    row.name = std::string(dtypeInfo(s.cacheType).name) + " " + std::to_string(s.tokenRows) + " queries, " +
               std::to_string(s.heads) + ":" + std::to_string(s.kvHeads) + " heads of " +
               std::to_string(s.headDim) + " from " + std::to_string(s.firstPosition) +
               (s.slots > 1 ? ", slots " + std::to_string(s.slots) : "") +
               (s.window ? ", window " + std::to_string(s.window) : "") + (s.softcap > 0 ? ", softcap" : "");
    row.params = params;
    row.in = {normal(s.tokenRows, cols), state, state, tokens(s.tokenRows, s.firstPosition, s.slots)};
    row.out = {output(s.tokenRows, cols)};
    row.bound = attentionBound(params.keyBound, s.headDim);
    row.selfTest = s.selfTest;
    return row;
}

std::vector<OpCase> attentionCases()
{
    std::vector<OpCase> rows;
    for (DType type : {DType::F32, DType::F16}) {
        const auto add = [&](Settings settings) {
            settings.cacheType = type;
            rows.push_back(attentionCase(settings));
        };
        add({.tokenRows = 0, .heads = 3, .headDim = 16});
        add({.tokenRows = 1, .heads = 1, .headDim = 16, .selfTest = true});
        add({.tokenRows = 5, .heads = 2, .kvHeads = 2, .headDim = 18, .firstPosition = 9, .selfTest = true});
        add({.tokenRows = 33, .heads = 9, .kvHeads = 3, .headDim = 64, .selfTest = true});
        add({.tokenRows = 1,
             .heads = 9,
             .kvHeads = 3,
             .headDim = 64,
             .firstPosition = 299,
             .selfTest = true});
        add({.tokenRows = 65, .heads = 4, .kvHeads = 1, .headDim = 80, .firstPosition = 70});
        add({.tokenRows = 9,
             .heads = 14,
             .kvHeads = 2,
             .headDim = 40,
             .firstPosition = 21,
             .selfTest = true});
        add({.tokenRows = 1, .heads = 7, .kvHeads = 1, .headDim = 80, .firstPosition = 333});
        add({.tokenRows = 20,
             .heads = 8,
             .kvHeads = 4,
             .headDim = 80,
             .firstPosition = 50,
             .window = 24,
             .softcap = 50});
        add({.tokenRows = 7,
             .heads = 4,
             .kvHeads = 4,
             .headDim = 256,
             .firstPosition = 33,
             .selfTest = true});
        add({.tokenRows = 12,
             .heads = 6,
             .kvHeads = 2,
             .headDim = 64,
             .firstPosition = 30,
             .slots = 3,
             .selfTest = true});
        add({.tokenRows = 4, .heads = 3, .kvHeads = 1, .headDim = 64, .firstPosition = 129, .slots = 4});
        add({.tokenRows = 40,
             .heads = 3,
             .kvHeads = 1,
             .headDim = 64,
             .firstPosition = 60,
             .window = 33,
             .selfTest = true});
        add({.tokenRows = 1, .heads = 8, .kvHeads = 2, .headDim = 64, .firstPosition = 500, .window = 100});
        add({.tokenRows = 9,
             .heads = 4,
             .kvHeads = 2,
             .headDim = 64,
             .firstPosition = 100,
             .softcap = 5,
             .selfTest = true});
        add({.tokenRows = 3, .heads = 2, .kvHeads = 1, .headDim = 18, .firstPosition = 70, .window = 1});
    }
    // Past the software driver's silent stop at 65,535 loop iterations.
    for (uint32_t keys : {8192u, 70000u})
        for (uint32_t headDim : {64u, 256u})
            rows.push_back(attentionCase({.headDim = headDim, .firstPosition = keys - 1}));
    rows.push_back(
        attentionCase({.heads = 3, .headDim = 64, .firstPosition = 8191, .cacheType = DType::F16}));
    return rows;
}

} // namespace

const OpDef kAttentionOp{"attention",           attentionReference, attentionCpu,
                         recordAttentionVulkan, attentionCases,     attentionScratchBytes};

} // namespace lathe
