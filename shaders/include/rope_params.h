// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LATHE_ROPE_PARAMS_H
#define LATHE_ROPE_PARAMS_H
#include "scalar_types.h"

LATHE_PARAMS_BEGIN

/// Settings of rope, cache_write and rope_cache.
struct RopePush {
    uint rowsWord; ///< word of the step buffer that counts the live tokens
    uint maxRows;
    uint heads;    ///< query heads (rope: the only ones)
    uint kvHeads;
    uint headDim;
    uint ropeDim;
    uint style;    ///< RopeStyle
    uint context;  ///< cache rows of a slot
    uint slots;
    uint firstRow; ///< of a dispatch that does a part of the rows
};
LATHE_PARAMS_CHECK(RopePush)

LATHE_PARAMS_END
#endif
