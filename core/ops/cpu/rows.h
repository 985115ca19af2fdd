// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/cpu/kernels.h"
#include "core/ops/linear/linear.h"
#include "core/ops/rope/rope.h"

/// What several ops of the `cpu` rung share.
namespace lathe::cpu {

/// body(begin, end) over ranges of rows that depend on the shape only, on the call's pool where it has one. A
/// range holds about `kRangeElements` elements, so that small tensors stay on the calling thread.
void forRows(const HostCall &call, uint64_t rows, uint64_t cols,
             const std::function<void(uint64_t, uint64_t)> &body);
/// body(i) for each i < count, one at a time.
void forTasks(const HostCall &call, uint64_t count, const std::function<void(uint64_t)> &body);

void rmsNormRow(const float *x, const float *g, uint32_t cols, float eps, float *y);
/// y[i] = act(gate[i]) · up[i]
void gateRow(Activation activation, const float *gate, const float *up, float *y, size_t count);
/// y[i] = exp(x[i] − shift) (y may be x or null); returns their sum, which is taken in double over stretches
/// of 1,024 so that long rows lose no digits.
double expSum(const float *x, float shift, float *y, size_t count);
/// x (heads·headDim), table (ropeDim).
void rotateRow(const RopeParams &rope, uint32_t heads, const float *x, const float *table, float *y);

} // namespace lathe::cpu
