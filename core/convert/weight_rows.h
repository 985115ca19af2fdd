// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/weight_source.h"

#include <optional>
#include <span>
#include <vector>

namespace lathe {

/// How the rows of q or k (the columns of their biases) change places within each head: rotary pairs lie side
/// by side, (2j, 2j + 1), or in halves, (j, j + turned / 2).
struct RowOrder {
    uint32_t headDim = 0; ///< 0: they stay
    uint32_t turned = 0;  ///< the first rows of a head, those that rotate
    bool toHalves = false;
};

/// The rows of a weight in `type` and `order`. From a type of one element per block to a narrower one values
/// are rounded.
Result<std::vector<std::byte>> readRows(const WeightSource &source, DType type, const RowOrder &order = {});
/// The values of a weight.
Result<std::vector<float>> readValues(const WeightSource &source);

std::vector<float> decoded(DType type, std::span<const std::byte> data);
/// `values` in F32, F16 or BF16, rounded to nearest even.
std::vector<std::byte> encoded(DType type, std::span<const float> values);
/// Whether `type` (F32, F16 or BF16) has all of these values bit for bit.
bool holdsExactly(DType type, std::span<const float> values);

} // namespace lathe
