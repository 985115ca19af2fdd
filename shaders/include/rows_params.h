// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LATHE_ROWS_PARAMS_H
#define LATHE_ROWS_PARAMS_H
#include "scalar_types.h"

LATHE_PARAMS_BEGIN

/// Settings of the ops that work on the rows of one or two matrices of equal shape.
struct RowsPush {
    uint rowsWord; ///< word of the step buffer that counts the live rows
    uint maxRows;
    uint cols;
    uint firstRow; ///< of a dispatch that does a part of the rows
    float value;   ///< eps, scale
    uint option;   ///< broadcast, activation, k, rows of the source
    uint begin;    ///< top_k: this dispatch finds ranks begin … end − 1
    uint end;
};
LATHE_PARAMS_CHECK(RowsPush)

LATHE_PARAMS_END
#endif
