// SPDX-License-Identifier: GPL-3.0-or-later
// The step buffer is binding 0 of every op kernel; its words count live rows (RowCount of core/ops/op.h).
layout(std430, binding = 0) restrict readonly buffer Step { uint step[]; };

#define LIVE_ROWS(push) min((push).maxRows, step[(push).rowsWord])
