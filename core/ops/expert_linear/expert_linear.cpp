// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/expert_linear/expert_linear.h"

#include "core/ops/cases.h"
#include "core/ops/expert_linear/expert_linear_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase expertCase(DType type, uint32_t tokenRows, uint32_t cols, uint32_t rows,
                  const ExpertLinearParams &params, bool selfTest)
{
    return {std::string(dtypeInfo(type).name) + " " + std::to_string(tokenRows) + "x" + std::to_string(cols) +
                "x" + std::to_string(rows) + ", " + std::to_string(params.used) + " of " +
                std::to_string(params.experts) + (params.perSlot ? " per slot" : ""),
            params,
            {normal(tokenRows, params.perSlot ? params.used * cols : cols),
             weight(type, params.experts * rows, cols), routes(tokenRows, params.used, params.experts)},
            {output(tokenRows, params.used * rows)},
            sumBound(cols, uint64_t(tokenRows) * params.used * rows),
            selfTest};
}

std::vector<OpCase> expertLinearCases()
{
    std::vector<OpCase> rows;
    for (DType type : weightTypes()) {
        const std::vector<uint32_t> columns = weightColumns(type);
        rows.push_back(expertCase(type, 1, columns.back(), 24, {5, 2, 0}, true));
        // Experts that begin within a group of rows and within a quad.
        rows.push_back(expertCase(type, 9, columns.front(), 13, {4, 3, 0}, true));
        rows.push_back(expertCase(type, 3, columns.front(), 20, {3, 2, 1}, false));
    }
    rows.push_back(expertCase(DType::F32, 0, 72, 24, {4, 2, 0}, false));
    rows.push_back(expertCase(DType::F32, 1, 1, 1, {1, 1, 0}, false));
    rows.push_back(expertCase(DType::F32, 5, 33, 7, {6, 2, 1}, false));
    rows.push_back(expertCase(DType::Q8_0, 40, 96, 48, {16, 8, 0}, false));
    rows.push_back(expertCase(DType::F32, 70, 48, 9, {2, 2, 1}, false));
    return rows;
}

} // namespace

const OpDef kExpertLinearOp{"expert_linear", expertLinearReference, expertLinearCpu, recordExpertLinearVulkan,
                            expertLinearCases};

} // namespace lathe
