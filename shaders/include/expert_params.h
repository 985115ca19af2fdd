// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LATHE_EXPERT_PARAMS_H
#define LATHE_EXPERT_PARAMS_H
#include "scalar_types.h"

LATHE_PARAMS_BEGIN

struct RouterPush {
    uint rowsWord; ///< word of the step buffer that counts the live tokens
    uint maxRows;
    uint experts;
    uint used;      ///< experts of a token
    uint normalise; ///< 1: their weights sum to 1
    float scale;
};
LATHE_PARAMS_CHECK(RouterPush)

struct ExpertLinearPush {
    uint rowsWord;
    uint maxRows; ///< tokens
    uint cols;    ///< K
    uint units;   ///< format units of a row
    uint rows;    ///< N, rows of an expert
    uint used;
    uint perSlot;  ///< 1: each slot has its own K columns of x
    uint sliceRow; ///< rows sliceRow … + sliceRows − 1 of W lie here
    uint sliceRows;
};
LATHE_PARAMS_CHECK(ExpertLinearPush)

struct ExpertSumPush {
    uint rowsWord;
    uint maxRows; ///< tokens
    uint cols;    ///< N
    uint used;
    uint shared_; ///< 1: plus the gated result of the shared expert
};
LATHE_PARAMS_CHECK(ExpertSumPush)

LATHE_PARAMS_END
#endif
