// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear/linear.h"
#include "core/ops/rope/rope.h"

/// One row of an op on the `reference` rung, where a fused op does the same as a plain one. Sums and products
/// in double, in the order of the columns; each value that an unfused graph would store is rounded to float.
namespace lathe::reference {

void rmsNormRow(const float *x, const float *g, uint32_t cols, float eps, float *y);
/// x (heads·headDim), table (ropeDim).
void rotateRow(const RopeParams &rope, uint32_t heads, const float *x, const float *table, float *y);

} // namespace lathe::reference
