// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/layer_norm/layer_norm.h"

#include "core/ops/cases.h"
#include "core/ops/layer_norm/layer_norm_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

struct Shape {
    uint32_t rows, cols;
    bool selfTest;
};
constexpr Shape kShapes[] = {{0, 72, false},  {1, 2, false},   {1, 33, true},
                             {5, 65, false},  {3, 72, true},   {9, 576, true},
                             {33, 64, false}, {2, 1536, true}, {1, 16384, false}};

OpCase normCase(const std::string &note, uint32_t rows, uint32_t cols, float eps, bool selfTest)
{
    return {shape(rows, cols) + note,
            LayerNormParams{eps},
            {normal(rows, cols), positive(1, cols), normal(1, cols)},
            {output(rows, cols)},
            sumBound(cols),
            selfTest};
}

std::vector<OpCase> layerNormCases()
{
    std::vector<OpCase> rows;
    for (const Shape &s : kShapes)
        rows.push_back(normCase("", s.rows, s.cols, 1e-5f, s.selfTest));
    rows.push_back(normCase(" large eps", 3, 72, 0.5f, false));
    return rows;
}

} // namespace

const OpDef kLayerNormOp{"layer_norm", layerNormReference, layerNormCpu, recordLayerNormVulkan,
                         layerNormCases};

} // namespace lathe
