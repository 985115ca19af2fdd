// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/rope/rope.h"

#include "core/ops/cases.h"
#include "core/ops/records.h"
#include "core/ops/rope/rope_host.h"

namespace lathe {

namespace {

using namespace cases;

OpCase ropeCase(uint32_t tokenRows, const RopeParams &params, bool selfTest)
{
    const std::string name = std::to_string(tokenRows) + " tokens, " + std::to_string(params.heads) +
                             " heads of " + std::to_string(params.headDim) + ", " +
                             std::to_string(params.ropeDim) +
                             (params.style == RopeStyle::Halves ? " halves" : " interleaved");
    const uint32_t cols = params.heads * params.headDim;
    // Two products and a sum.
    return {name,
            params,
            {normal(tokenRows, cols), rotary(tokenRows, params.ropeDim)},
            {output(tokenRows, cols)},
            1e-12,
            selfTest};
}

std::vector<OpCase> ropeCases()
{
    std::vector<OpCase> rows;
    for (RopeStyle style : {RopeStyle::Interleaved, RopeStyle::Halves}) {
        rows.push_back(ropeCase(0, {3, 64, 64, style}, false));
        rows.push_back(ropeCase(1, {1, 2, 2, style}, false));
        rows.push_back(ropeCase(5, {9, 64, 64, style}, true));
        rows.push_back(ropeCase(3, {2, 80, 32, style}, true)); // only the first 32 columns of a head
        rows.push_back(ropeCase(33, {3, 18, 18, style}, true));
        rows.push_back(ropeCase(2, {4, 16, 6, style}, false));
        rows.push_back(ropeCase(4, {7, 40, 40, style}, true));
        rows.push_back(ropeCase(3, {2, 40, 10, style}, false));
        rows.push_back(ropeCase(2, {2, 256, 256, style}, false));
    }
    return rows;
}

} // namespace

const OpDef kRopeOp{"rope", ropeReference, ropeCpu, recordRopeVulkan, ropeCases};

} // namespace lathe
