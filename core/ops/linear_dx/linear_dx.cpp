// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/linear_dx/linear_dx.h"

#include "core/ops/cases.h"
#include "core/ops/linear_dx/linear_dx_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase dxCase(DType type, uint32_t tokenRows, uint32_t rows, uint32_t cols, bool selfTest)
{
    const std::string name = std::string(dtypeInfo(type).name) + " " + std::to_string(tokenRows) + "x" +
                             std::to_string(rows) + "x" + std::to_string(cols);
    return {name,
            LinearDxParams{},
            {normal(tokenRows, rows), weight(type, rows, cols)},
            {output(tokenRows, cols)},
            sumBound(rows),
            selfTest};
}

std::vector<OpCase> linearDxCases()
{
    std::vector<OpCase> rows;
    for (DType type : weightTypes())
        for (uint32_t cols : weightColumns(type))
            for (uint32_t tokenRows : {1u, 8u}) {
                const bool quick = cols == weightColumns(type).back() && tokenRows == 8;
                rows.push_back(dxCase(type, tokenRows, 33, cols, quick));
                rows.push_back(dxCase(type, tokenRows, 7, cols, false));
            }
    rows.push_back(dxCase(DType::F32, 0, 33, 72, false));
    rows.push_back(dxCase(DType::F32, 1, 1, 1, false));
    rows.push_back(dxCase(DType::F32, 33, 65, 33, false));
    rows.push_back(dxCase(DType::Q4_1, 5, 1536, 576, false));
    return rows;
}

} // namespace

const OpDef kLinearDxOp{"linear_dx", linearDxReference, linearDxCpu, recordLinearDxVulkan, linearDxCases};

} // namespace lathe
