// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/top_k/top_k.h"

#include "core/ops/cases.h"
#include "core/ops/records.h"
#include "core/ops/top_k/top_k_host.h"

namespace lathe {

namespace {

using namespace cases;

OpCase topKCase(uint32_t rows, uint32_t cols, uint32_t k, bool selfTest)
{
    return {std::to_string(k) + " of " + shape(rows, cols),
            TopKParams{k},
            {normal(rows, cols)},
            {output(rows, k), indexOutput(rows, k)},
            0,
            selfTest};
}

std::vector<OpCase> topKCases()
{
    return {
        topKCase(0, 72, 3, false),    topKCase(1, 1, 1, false),      topKCase(3, 33, 5, true),
        topKCase(33, 65, 1, false),   topKCase(5, 72, 40, true),     topKCase(3, 64, 64, false),
        topKCase(2, 49152, 64, true), topKCase(1, 262144, 1, false), topKCase(2, 262144, 64, false),
    };
}

} // namespace

const OpDef kTopKOp{"top_k", topKReference, topKCpu, recordTopKVulkan, topKCases};

} // namespace lathe
