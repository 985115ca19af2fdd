// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/router/router.h"

#include "core/ops/cases.h"
#include "core/ops/records.h"
#include "core/ops/router/router_host.h"

namespace lathe {

namespace {

using namespace cases;

OpCase routerCase(uint32_t rows, uint32_t experts, const RouterParams &params, bool selfTest)
{
    // The logits are the same on every rung, so the choice is; the weights are a softmax.
    return {shape(rows, experts) + " take " + std::to_string(params.used) +
                (params.normalise ? " normalised" : ""),
            params,
            {normal(rows, experts)},
            {output(rows, 2 * params.used)},
            1e-12,
            selfTest};
}

std::vector<OpCase> routerCases()
{
    return {routerCase(0, 8, {2}, false),        routerCase(1, 1, {1}, false),
            routerCase(5, 8, {2}, true),         routerCase(3, 8, {8, 0, 1}, true),
            routerCase(33, 60, {4, 0, 1}, true), routerCase(2, 128, {8, 1, 2.5f}, true),
            routerCase(7, 1024, {16}, false)};
}

} // namespace

const OpDef kRouterOp{"router", routerReference, routerCpu, recordRouterVulkan, routerCases};

} // namespace lathe
