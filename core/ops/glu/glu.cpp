// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/glu/glu.h"

#include "core/ops/cases.h"
#include "core/ops/glu/glu_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase gluCase(Activation activation, const char *name, uint32_t rows, uint32_t cols, bool selfTest)
{
    // Element by element: 16 units in the last place of exp, tanh and division.
    return {std::string(name) + " " + shape(rows, cols),
            GluParams{activation},
            {normal(rows, cols), normal(rows, cols)},
            {output(rows, cols)},
            1e-12,
            selfTest};
}

std::vector<OpCase> gluCases()
{
    std::vector<OpCase> rows;
    const std::pair<Activation, const char *> activations[] = {{Activation::Silu, "silu"},
                                                               {Activation::GeluTanh, "gelu-tanh"},
                                                               {Activation::GeluErf, "gelu-erf"},
                                                               {Activation::Relu, "relu"}};
    for (const auto &[activation, name] : activations) {
        rows.push_back(gluCase(activation, name, 0, 72, false));
        rows.push_back(gluCase(activation, name, 1, 1, false));
        rows.push_back(gluCase(activation, name, 3, 65, true));
        rows.push_back(gluCase(activation, name, 9, 1536, true));
        rows.push_back(gluCase(activation, name, 33, 72, false));
    }
    return rows;
}

} // namespace

const OpDef kGluOp{"glu", gluReference, gluCpu, recordGluVulkan, gluCases};

} // namespace lathe
