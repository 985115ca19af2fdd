// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/argmax/argmax.h"

#include "core/ops/argmax/argmax_host.h"
#include "core/ops/cases.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase argmaxCase(uint32_t rows, uint32_t cols, bool selfTest)
{
    return {shape(rows, cols), ArgmaxParams{}, {normal(rows, cols)}, {indexOutput(rows, 1)}, 0, selfTest};
}

std::vector<OpCase> argmaxCases()
{
    return {
        argmaxCase(0, 72, false),     argmaxCase(1, 1, false),    argmaxCase(3, 33, true),
        argmaxCase(33, 65, true),     argmaxCase(2, 49152, true), argmaxCase(1, 262144, false),
        argmaxCase(3, 262144, false),
    };
}

} // namespace

const OpDef kArgmaxOp{"argmax", argmaxReference, argmaxCpu, recordArgmaxVulkan, argmaxCases};

} // namespace lathe
