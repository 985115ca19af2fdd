// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/op.h"

/// What the case tables of the ops are written with.
///
/// Bounds. A float sum of K terms of random sign has a rounding error of variance about K/6 · 2⁻⁴⁸ relative
/// to the variance of the sum, in whatever order; NMSE is that ratio. The bounds leave a factor of about 25
/// (products rounded before they are added, a few units in the last place in the inputs), and are never below
/// 1e-12, which is the square of 16 units in the last place: what exp, sqrt and division of a Vulkan device
/// may add.
namespace lathe::cases {

inline double sumBound(uint64_t terms)
{
    const double bound = double(terms) * 4 * 0x1p-48;
    return bound > 1e-12 ? bound : 1e-12;
}

/// NMSE measures the error against the outputs found, the bound against their variance. Few outputs may all
/// lie near zero: one is below a tenth of its deviation with probability 8 %, so its square below a hundredth
/// of the variance.
inline double sumBound(uint64_t terms, uint64_t outputs)
{
    return sumBound(terms) * (outputs < 8 ? 100 : 1);
}

/// fp16: rounding to 11 bits errs by 4e-8 of the square on average. Both factors and the product are rounded,
/// and the sums of 8 products after each addition, at a share of 2/8 … 8/8 of the whole: 3 · 4e-8 + 35/8 ·
/// 4e-8 = 3e-7. Four times that for values near the edges of the range of a block.
inline constexpr double kFp16Bound = 1.2e-6;
/// Integer dot: x in steps of the largest of 32 over 32,512, an error of (largest / 32,512)² / 12; the
/// largest is up to 3 deviations of x (4.5 behind a norm's gain): 1.6e-9 of the square, and twice that for
/// the tail.
inline constexpr double kDotBound = 4e-9;

/// Attention adds the exponential: a Vulkan device's may be off by (3 + 2|x|) units in the last place, and
/// scores lie within about ±16 of their maximum: (35 · 2⁻²⁴)² ≈ 4e-12 if all erred alike, on top of both
/// sums.
inline double attentionBound(uint64_t keys, uint64_t headDim)
{
    return 4e-12 + sumBound(headDim) + sumBound(keys);
}

inline CaseTensor normal(uint32_t rows, uint32_t cols)
{
    return {Fill::Normal, DType::F32, rows, cols};
}
inline CaseTensor positive(uint32_t rows, uint32_t cols)
{
    return {Fill::Positive, DType::F32, rows, cols};
}
inline CaseTensor weight(DType type, uint32_t rows, uint32_t cols)
{
    return {Fill::Weight, type, rows, cols};
}
inline CaseTensor index(uint32_t rows, uint32_t limit)
{
    return {Fill::Index, DType::I32, rows, 1, limit};
}
/// Rows r in slot r mod slots, at position firstPosition + r / slots; ids below idLimit.
inline CaseTensor tokens(uint32_t rows, uint32_t firstPosition = 0, uint32_t slots = 1, uint32_t idLimit = 1)
{
    return {Fill::Tokens, DType::I32, rows, kTokenColumns, idLimit, firstPosition, slots};
}
inline CaseTensor rotary(uint32_t rows, uint32_t ropeDim)
{
    return {Fill::Rotary, DType::F32, rows, ropeDim};
}
inline CaseTensor cache(DType type, uint32_t rows, uint32_t cols)
{
    return {Fill::Cache, type, rows, cols};
}
inline CaseTensor routes(uint32_t rows, uint32_t used, uint32_t experts)
{
    return {Fill::Routes, DType::F32, rows, 2 * used, experts};
}
inline CaseTensor output(uint32_t rows, uint32_t cols)
{
    return {Fill::Zero, DType::F32, rows, cols};
}
inline CaseTensor indexOutput(uint32_t rows, uint32_t cols)
{
    return {Fill::Zero, DType::I32, rows, cols};
}

/// "3x576"
inline std::string shape(uint32_t rows, uint32_t cols)
{
    return std::to_string(rows) + "x" + std::to_string(cols);
}

/// Columns of weight matrices of a type that try one and several blocks, odd counts of blocks, and, where
/// blocks do not forbid it, a row that is no multiple of 16.
inline std::vector<uint32_t> weightColumns(DType type)
{
    const DTypeInfo &info = dtypeInfo(type);
    const uint32_t block = info.blockElements;
    if (block == 1)
        return {72, 576};
    if (info.ggufType < 0) // an incomplete block
        return {32, 77, 160, 576};
    if (block == 32)
        return {32, 96, 160, 576};
    return {block, 3 * block};
}

} // namespace lathe::cases
