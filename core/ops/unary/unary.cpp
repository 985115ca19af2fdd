// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/unary/unary.h"

#include "core/ops/cases.h"
#include "core/ops/records.h"
#include "core/ops/unary/unary_host.h"

namespace lathe {

namespace {

using namespace cases;

OpCase unaryCase(const char *name, const UnaryParams &params, uint32_t rows, uint32_t cols, bool selfTest)
{
    // Element by element: 16 units in the last place of exp, tanh and division.
    return {std::string(name) + " " + shape(rows, cols),
            params,
            {normal(rows, cols)},
            {output(rows, cols)},
            1e-12,
            selfTest};
}

std::vector<OpCase> unaryCases()
{
    std::vector<OpCase> rows;
    const std::pair<UnaryParams, const char *> functions[] = {{{UnaryParams::Silu}, "silu"},
                                                              {{UnaryParams::GeluTanh}, "gelu-tanh"},
                                                              {{UnaryParams::GeluErf}, "gelu-erf"},
                                                              {{UnaryParams::Relu}, "relu"},
                                                              {{UnaryParams::Softcap, 0.7f}, "softcap 0.7"},
                                                              {{UnaryParams::Softcap, 30}, "softcap 30"}};
    for (const auto &[params, name] : functions) {
        rows.push_back(unaryCase(name, params, 0, 72, false));
        rows.push_back(unaryCase(name, params, 1, 1, false));
        rows.push_back(unaryCase(name, params, 3, 65, true));
        rows.push_back(unaryCase(name, params, 9, 1536, true));
        rows.push_back(unaryCase(name, params, 33, 72, false));
    }
    return rows;
}

} // namespace

const OpDef kUnaryOp{"unary", unaryReference, unaryCpu, recordUnaryVulkan, unaryCases};

} // namespace lathe
