// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LATHE_ATTENTION_PARAMS_H
#define LATHE_ATTENTION_PARAMS_H
#include "scalar_types.h"

LATHE_PARAMS_BEGIN

/// Settings of attention and attention_merge.
struct AttentionPush {
    uint rowsWord; ///< word of the step buffer that counts the live tokens
    uint maxRows;
    uint firstRow; ///< of a dispatch that does a part of the tokens
    uint heads;
    uint kvHeads;
    uint headDim;
    uint context;  ///< cache rows of a slot
    uint slots;
    uint window;   ///< 0: full
    uint splits;   ///< parts of the keys; 1: no merge follows
    uint splitKeys; ///< keys of a part
    float scale;
    float softcap; ///< 0: none
};
LATHE_PARAMS_CHECK(AttentionPush)

LATHE_PARAMS_END
#endif
