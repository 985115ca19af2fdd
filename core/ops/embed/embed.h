// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe {

/// y_t = scale · W[index_t]: rows of a weight tensor in any type, unpacked to F32.
/// in: W (rows, K); index I32 (tokens, C): `column` is the row. out: y (tokens, K)
struct EmbedParams {
    float scale = 1;
    uint32_t column = 0;
};

extern const OpDef kEmbedOp;

} // namespace lathe
