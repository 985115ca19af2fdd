// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/add/add.h"

#include "core/ops/add/add_host.h"
#include "core/ops/cases.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase addCase(uint32_t rows, uint32_t cols, bool broadcast, bool selfTest)
{
    // One rounding, the same on every rung.
    return {shape(rows, cols) + (broadcast ? " one row" : ""),
            AddParams{broadcast},
            {normal(rows, cols), normal(broadcast ? 1 : rows, cols)},
            {output(rows, cols)},
            0,
            selfTest};
}

std::vector<OpCase> addCases()
{
    std::vector<OpCase> rows;
    for (bool broadcast : {false, true}) {
        rows.push_back(addCase(0, 72, broadcast, false));
        rows.push_back(addCase(1, 1, broadcast, false));
        rows.push_back(addCase(3, 33, broadcast, true));
        rows.push_back(addCase(33, 65, broadcast, true));
        rows.push_back(addCase(5, 576, broadcast, true));
        rows.push_back(addCase(65, 1536, broadcast, false));
    }
    return rows;
}

} // namespace

const OpDef kAddOp{"add", addReference, addCpu, recordAddVulkan, addCases};

} // namespace lathe
