// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

namespace lathe::cpu {

inline constexpr uint32_t kTileRows = 8;
inline constexpr uint32_t kTokenBlock = 64;

/// Input rows whose columns are padded with zeros to whole vectors.
struct InputRows {
    const float *data = nullptr;
    size_t stride = 0;
    uint32_t count = 0;
};

/// out (rows, x.count) = W[row0 …] · xᵀ for at most kTileRows rows and kTokenBlock tokens. The sum of one
/// output runs over its columns in order, lane by lane, so that it does not depend on the other rows and
/// tokens.
void multiplyTile(const HostTensor &w, uint32_t row0, uint32_t rows, const InputRows &x, float *out);

} // namespace lathe::cpu
