// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/softmax/softmax.h"

#include "core/ops/cases.h"
#include "core/ops/records.h"
#include "core/ops/softmax/softmax_host.h"

namespace lathe {

namespace {

using namespace cases;

OpCase softmaxCase(uint32_t rows, uint32_t cols, float scale, bool selfTest)
{
    return {shape(rows, cols) + (scale == 1 ? "" : " scaled"),
            SoftmaxParams{scale},
            {normal(rows, cols)},
            {output(rows, cols)},
            attentionBound(cols, 1),
            selfTest};
}

std::vector<OpCase> softmaxCases()
{
    return {
        softmaxCase(0, 72, 1, false),      softmaxCase(1, 1, 1, false),      softmaxCase(3, 33, 1, true),
        softmaxCase(33, 65, 0.125f, true), softmaxCase(2, 1536, 4, true),    softmaxCase(2, 49152, 1, false),
        softmaxCase(1, 262144, 1, false),  softmaxCase(1, 262144, 5, false),
    };
}

} // namespace

const OpDef kSoftmaxOp{"softmax", softmaxReference, softmaxCpu, recordSoftmaxVulkan, softmaxCases};

} // namespace lathe
