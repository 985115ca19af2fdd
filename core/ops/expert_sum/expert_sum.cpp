// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/expert_sum/expert_sum.h"

#include "core/ops/cases.h"
#include "core/ops/expert_sum/expert_sum_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase sumCase(uint32_t rows, uint32_t cols, uint32_t used, bool shared, bool selfTest)
{
    OpCase row{shape(rows, cols) + " of " + std::to_string(used) + (shared ? " and shared" : ""),
               ExpertSumParams{used, shared},
               {normal(rows, used * cols), routes(rows, used, 8)},
               {output(rows, cols)},
               sumBound(used + 1, uint64_t(rows) * cols),
               selfTest};
    if (shared) {
        row.in.push_back(normal(rows, cols));
        row.in.push_back(normal(rows, 1));
    }
    return row;
}

std::vector<OpCase> expertSumCases()
{
    std::vector<OpCase> rows;
    for (bool shared : {false, true}) {
        rows.push_back(sumCase(0, 72, 2, shared, false));
        rows.push_back(sumCase(1, 9, 1, shared, false));
        rows.push_back(sumCase(3, 65, 2, shared, true));
        rows.push_back(sumCase(33, 72, 8, shared, true));
    }
    return rows;
}

} // namespace

const OpDef kExpertSumOp{"expert_sum", expertSumReference, expertSumCpu, recordExpertSumVulkan,
                         expertSumCases};

} // namespace lathe
