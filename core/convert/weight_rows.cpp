// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/weight_rows.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lathe {

namespace {

/// `unit` bytes are a row, or an element of a vector.
std::vector<std::byte> reordered(std::span<const std::byte> data, uint64_t unit, const RowOrder &order)
{
    std::vector<std::byte> out(data.begin(), data.end());
    const uint64_t half = order.turned / 2, heads = data.size() / unit / order.headDim;
    for (uint64_t head = 0; head < heads; ++head) {
        for (uint64_t i = 0; i < order.turned; ++i) {
            const uint64_t halves = i % 2 * half + i / 2;
            const uint64_t from = order.toHalves ? i : halves, to = order.toHalves ? halves : i;
            std::memcpy(out.data() + (head * order.headDim + to) * unit,
                        data.data() + (head * order.headDim + from) * unit, unit);
        }
    }
    return out;
}

uint16_t narrowed(DType type, float value)
{
    return type == DType::F16 ? floatToHalf(value) : floatToBfloat(value);
}

float widened(DType type, uint16_t bits)
{
    return type == DType::F16 ? halfToFloat(bits) : bfloatToFloat(bits);
}

/// Row by row, because a row may end in a padded block.
std::vector<float> valuesOf(const WeightSource &source, const WeightBytes &bytes)
{
    std::vector<float> values(size_t(source.rows) * source.cols);
    for (uint32_t row = 0; row < source.rows; ++row)
        decodeColumns(source.type, bytes.view().data() + row * rowBytes(source.type, source.cols), source.cols,
                      values.data() + size_t(row) * source.cols);
    return values;
}

} // namespace

std::vector<float> decoded(DType type, std::span<const std::byte> data)
{
    const DTypeInfo &info = dtypeInfo(type);
    const size_t blocks = data.size() / info.blockBytes;
    std::vector<float> values(blocks * info.blockElements);
    info.decode(data.data(), values.data(), blocks);
    return values;
}

std::vector<std::byte> encoded(DType type, std::span<const float> values)
{
    if (type == DType::F32) {
        const auto bytes = std::as_bytes(values);
        return {bytes.begin(), bytes.end()};
    }
    std::vector<std::byte> out(values.size() * sizeof(uint16_t));
    for (size_t i = 0; i < values.size(); ++i) {
        const uint16_t bits = narrowed(type, values[i]);
        std::memcpy(out.data() + i * sizeof bits, &bits, sizeof bits);
    }
    return out;
}

bool holdsExactly(DType type, std::span<const float> values)
{
    return type == DType::F32 || std::ranges::all_of(values, [type](float value) {
               return std::bit_cast<uint32_t>(widened(type, narrowed(type, value))) ==
                      std::bit_cast<uint32_t>(value);
           });
}

Result<std::vector<std::byte>> readRows(const WeightSource &source, DType type, const RowOrder &order)
{
    LATHE_ASSIGN(const WeightBytes bytes, readWeight(source));
    std::vector<std::byte> out = source.type == type
                                     ? std::vector<std::byte>(bytes.view().begin(), bytes.view().end())
                                     : encoded(type, valuesOf(source, bytes));
    if (order.headDim == 0)
        return out;
    return reordered(out, rowBytes(type, source.vector ? 1 : source.cols), order);
}

Result<std::vector<float>> readValues(const WeightSource &source)
{
    LATHE_ASSIGN(const WeightBytes bytes, readWeight(source));
    return valuesOf(source, bytes);
}

} // namespace lathe
