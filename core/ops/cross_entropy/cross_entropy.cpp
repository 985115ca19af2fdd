// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cross_entropy/cross_entropy.h"

#include "core/ops/cases.h"
#include "core/ops/cross_entropy/cross_entropy_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase lossCase(uint32_t rows, uint32_t cols, bool selfTest)
{
    return {shape(rows, cols), CrossEntropyParams{},    {normal(rows, cols), index(rows, cols)},
            {output(rows, 1)}, attentionBound(cols, 1), selfTest};
}

std::vector<OpCase> crossEntropyCases()
{
    return {
        lossCase(0, 72, false), lossCase(1, 1, false),     lossCase(3, 33, true),
        lossCase(33, 65, true), lossCase(2, 49152, false), lossCase(3, 262144, false),
    };
}

} // namespace

const OpDef kCrossEntropyOp{"cross_entropy", crossEntropyReference, crossEntropyCpu, recordCrossEntropyVulkan,
                            crossEntropyCases};

} // namespace lathe
