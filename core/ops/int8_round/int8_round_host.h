// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/int8_round/int8_round.h"

namespace lathe {

void int8RoundReference(const HostCall &call);
void int8RoundCpu(const HostCall &call);

/// 127 · 6.200124e-05, the number that bitsandbytes has for 1/127².
inline constexpr float kInt8Step = 0.00787415748f;

/// x rounded to binary16, at most its largest number.
float asHalf(float x);
/// Adds the outlier columns of a row to `columns` (K), 1 where there is one.
void markOutliers(const float *x, uint32_t cols, float threshold, uint8_t *columns);
void roundRow(const float *x, uint32_t cols, float threshold, const uint8_t *outlierColumns, float *y);

} // namespace lathe
