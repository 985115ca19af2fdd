// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/embed/embed.h"

#include "core/ops/cases.h"
#include "core/ops/embed/embed_host.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

constexpr uint32_t kRows = 33;

OpCase embedCase(DType type, uint32_t count, uint32_t cols, float scale, bool selfTest)
{
    const std::string name = std::string(dtypeInfo(type).name) + " " + shape(count, cols);
    // Decoding and one product are exact up to the last place.
    return {name,
            EmbedParams{scale},
            {weight(type, kRows, cols), index(count, kRows)},
            {output(count, cols)},
            1e-12,
            selfTest};
}

std::vector<OpCase> embedCases()
{
    std::vector<OpCase> rows;
    for (DType type : weightTypes())
        for (uint32_t cols : weightColumns(type)) {
            rows.push_back(embedCase(type, 1, cols, 1, false));
            rows.push_back(embedCase(type, 9, cols, 1, cols == weightColumns(type).back()));
        }
    rows.push_back(embedCase(DType::F32, 0, 72, 1, false));
    rows.push_back(embedCase(DType::Q8_0, 33, 576, 24, true));
    OpCase byToken = embedCase(DType::Q4_1, 5, 96, 1, true);
    byToken.name += " by token";
    byToken.in[1] = tokens(5, 3, 2, kRows);
    rows.push_back(byToken);
    OpCase byPosition = embedCase(DType::F32, 12, 72, 1, true);
    byPosition.name += " by position";
    byPosition.params = EmbedParams{1, kTokenPosition};
    byPosition.in[1] = tokens(12, 20, 2, kRows);
    rows.push_back(byPosition);
    return rows;
}

} // namespace

const OpDef kEmbedOp{"embed", embedReference, embedCpu, recordEmbedVulkan, embedCases};

} // namespace lathe
