// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/rms_norm/rms_norm.h"

#include "core/ops/cases.h"
#include "core/ops/records.h"
#include "core/ops/rms_norm/rms_norm_host.h"

namespace lathe {

namespace {

using namespace cases;

struct Shape {
    uint32_t rows, cols;
    bool selfTest;
};
constexpr Shape kShapes[] = {{0, 72, false},  {1, 1, false},   {1, 33, true},
                             {5, 65, false},  {3, 72, true},   {9, 576, true},
                             {33, 64, false}, {2, 1536, true}, {1, 16384, false}};

OpCase normCase(const std::string &note, uint32_t rows, uint32_t cols, float eps, bool selfTest,
                uint32_t groups = 1)
{
    return {
        shape(rows, cols) + note,      RmsNormParams{eps}, {normal(rows, groups * cols), positive(1, cols)},
        {output(rows, groups * cols)}, sumBound(cols),     selfTest};
}

std::vector<OpCase> rmsNormCases()
{
    std::vector<OpCase> rows;
    for (const Shape &s : kShapes)
        rows.push_back(normCase("", s.rows, s.cols, 1e-5f, s.selfTest));
    rows.push_back(normCase(" of 9 heads", 5, 64, 1e-6f, true, 9));
    rows.push_back(normCase(" of 7 heads", 3, 40, 1e-6f, true, 7));
    rows.push_back(normCase(" of 2 heads", 33, 18, 1e-6f, false, 2));
    rows.push_back(normCase(" large eps", 3, 72, 0.5f, false));
    rows.push_back(normCase(" no eps", 3, 72, 0, false));
    return rows;
}

} // namespace

const OpDef kRmsNormOp{"rms_norm", rmsNormReference, rmsNormCpu, recordRmsNormVulkan, rmsNormCases};

} // namespace lathe
