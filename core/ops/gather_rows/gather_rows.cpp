// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/gather_rows/gather_rows.h"

#include "core/ops/cases.h"
#include "core/ops/gather_rows/gather_rows_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase gatherCase(uint32_t from, uint32_t to, uint32_t cols, bool selfTest)
{
    return {std::to_string(to) + " of " + shape(from, cols),
            GatherRowsParams{},
            {normal(from, cols), index(to, from)},
            {output(to, cols)},
            0,
            selfTest};
}

std::vector<OpCase> gatherRowsCases()
{
    return {
        gatherCase(5, 0, 72, false),  gatherCase(1, 1, 1, false),     gatherCase(33, 1, 576, true),
        gatherCase(65, 33, 65, true), gatherCase(3, 72, 1536, false),
    };
}

} // namespace

const OpDef kGatherRowsOp{"gather_rows", gatherRowsReference, gatherRowsCpu, recordGatherRowsVulkan,
                          gatherRowsCases};

} // namespace lathe
