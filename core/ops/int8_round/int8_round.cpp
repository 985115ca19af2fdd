// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/int8_round/int8_round.h"

#include "core/base/bytes.h"
#include "core/ops/cases.h"
#include "core/ops/int8_round/int8_round_host.h"
#include "core/ops/records.h"

#include <algorithm>
#include <cmath>

namespace lathe {

float asHalf(float x)
{
    constexpr float kLargest = 65504;
    return std::clamp(halfToFloat(floatToHalf(x)), -kLargest, kLargest);
}

void markOutliers(const float *x, uint32_t cols, float threshold, uint8_t *columns)
{
    for (uint32_t c = 0; c < cols && threshold > 0; ++c)
        columns[c] |= uint8_t(std::fabs(asHalf(x[c])) >= threshold);
}

void roundRow(const float *x, uint32_t cols, float threshold, const uint8_t *outlierColumns, float *y)
{
    float largest = 0;
    for (uint32_t c = 0; c < cols; ++c) {
        const float size = std::fabs(asHalf(x[c]));
        if (!(threshold > 0 && size >= threshold))
            largest = std::max(largest, size);
    }
    const float up = largest > 0 ? 127 / largest : 0, down = largest * kInt8Step;
    for (uint32_t c = 0; c < cols; ++c)
        y[c] = outlierColumns[c] ? x[c] : std::nearbyint(asHalf(x[c]) * up) * down;
}

uint32_t endOfSequence(const HostTensor &tokens, uint32_t first, const Int8RoundParams &params)
{
    uint32_t end = first + 1;
    while (end < tokens.rows &&
           (params.ofBatch || tokens.i32(end)[kTokenSlot] == tokens.i32(first)[kTokenSlot]))
        ++end;
    return end;
}

namespace {

using namespace cases;

OpCase roundCase(uint32_t rows, uint32_t cols, uint32_t slots, const Int8RoundParams &params, bool selfTest)
{
    // A device's quotient may be off by a few units in the last place, which turns the rounding of an element
    // that lies on a boundary: three such elements, each by a step of at most 4 deviations / 127, among rows
    // · cols.
    const double step = 4.0 / 127;
    return {shape(rows, cols) + " threshold " + std::to_string(params.threshold) + ", " +
                std::to_string(slots) + " slots" + (params.ofBatch ? " of one batch" : ""),
            params,
            {normal(rows, cols), tokens(rows, 0, slots)},
            {output(rows, cols)},
            3 * step * step / (double(rows) * cols + 1),
            selfTest};
}

std::vector<OpCase> roundCases()
{
    return {roundCase(0, 72, 1, {2.5f}, false),   roundCase(1, 1, 1, {0}, false),
            roundCase(1, 576, 1, {2.5f}, true),   roundCase(5, 576, 1, {2.5f}, true),
            roundCase(5, 160, 5, {2.5f}, true),   roundCase(8, 77, 8, {2.5f, 1}, true),
            roundCase(33, 64, 1, {0}, false),     roundCase(33, 64, 1, {6}, false),
            roundCase(512, 64, 1, {3.5f}, false), roundCase(3, 5000, 3, {3.5f}, false)};
}

} // namespace

const OpDef kInt8RoundOp{"int8_round", int8RoundReference, int8RoundCpu, recordInt8RoundVulkan, roundCases};

} // namespace lathe
