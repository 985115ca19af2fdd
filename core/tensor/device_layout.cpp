// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/device_layout.h"

#include "core/base/checked.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace lathe {

namespace {

// Halves of scales come first, so that what follows starts on a word.
constexpr DeviceLayout kLayouts[] = {
    {DType::F32, 8, {{{0, 4}}}},
    {DType::F16, 8, {{{0, 2}}}},
    {DType::BF16, 8, {{{0, 2}}}},
    {DType::Q4_0, 2, {{{0, 2}, {2, 16}}}},
    {DType::Q4_1, 1, {{{0, 20}}}},
    {DType::Q5_0, 2, {{{0, 2}, {2, 4}, {6, 16}}}},
    {DType::Q5_1, 1, {{{0, 24}}}},
    {DType::Q8_0, 2, {{{0, 2}, {2, 32}}}},
    {DType::Q2_K, 1, {{{80, 4}, {0, 80}}}},
    {DType::Q3_K, 1, {{{96, 12}, {0, 96}, {108, 2}}}},
    {DType::Q4_K, 1, {{{0, 144}}}},
    {DType::Q5_K, 1, {{{0, 176}}}},
    {DType::Q6_K, 1, {{{192, 16}, {0, 192}, {208, 2}}}},
    {DType::IQ4_NL, 2, {{{0, 2}, {2, 16}}}},
    {DType::IQ4_XS, 1, {{{0, 136}}}},
    {DType::NF4, 1, {{{0, 36}}}},
    {DType::NF4_SPLIT, 1, {{{0, 28}}}},
    {DType::FP4, 1, {{{0, 36}}}},
    {DType::FP4_SPLIT, 1, {{{0, 28}}}},
    {DType::AFFINE4, 2, {{{0, 4}, {4, 16}}}},
    {DType::AFFINE4_ZERO, 2, {{{0, 4}, {4, 16}, {20, 1}}}},
    {DType::AFFINE8, 1, {{{0, 68}}}},
    {DType::AFFINE8_ZERO, 2, {{{0, 4}, {4, 32}, {36, 1}}}},
};

} // namespace

const DeviceLayout &deviceLayout(DType type)
{
    return *std::find_if(std::begin(kLayouts), std::end(kLayouts),
                         [type](const DeviceLayout &layout) { return layout.type == type; });
}

uint32_t DeviceLayout::unitWords() const
{
    uint32_t bytes = 0;
    for (const Field &field : fields)
        bytes += field.bytes * unitBlocks;
    return ceilDiv(bytes, 4u);
}

uint32_t DeviceLayout::units(uint64_t cols) const
{
    return uint32_t(ceilDiv<uint64_t>(cols, unitElements()));
}

uint64_t DeviceLayout::packedBytes(uint64_t rows, uint64_t cols) const
{
    return roundUp<uint64_t>(rows, kLayoutRows) * units(cols) * unitWords() * sizeof(uint32_t);
}

namespace {

/// One unit of one row: the fields of its blocks, as words. Blocks from `blocks` on are missing and stay
/// zero.
void gatherUnit(const DeviceLayout &layout, const std::byte *in, uint32_t blockBytes, uint32_t blocks,
                uint32_t *words)
{
    auto *at = reinterpret_cast<std::byte *>(words);
    for (const DeviceLayout::Field &field : layout.fields) {
        for (uint32_t b = 0; b < blocks; ++b)
            std::memcpy(at + b * field.bytes, in + b * blockBytes + field.offset, field.bytes);
        at += layout.unitBlocks * field.bytes;
    }
}

} // namespace

void packRows(DType type, const std::byte *in, uint32_t rows, uint64_t cols, std::span<uint32_t> out)
{
    const DeviceLayout &layout = deviceLayout(type);
    const uint32_t words = layout.unitWords(), units = layout.units(cols);
    const uint32_t blockBytes = dtypeInfo(type).blockBytes;
    const uint32_t blocks = uint32_t(ceilDiv<uint64_t>(cols, dtypeInfo(type).blockElements));
    const uint64_t bytesPerRow = rowBytes(type, cols);
    if (rows % kLayoutRows != 0)
        std::fill(out.end() - ptrdiff_t(units) * words * kLayoutRows, out.end(), 0u);
    std::vector<uint32_t> unit(words);
    for (uint32_t r = 0; r < rows; ++r) {
        const std::byte *row = in + r * bytesPerRow;
        uint32_t *group =
            out.data() + uint64_t(r / kLayoutRows) * units * words * kLayoutRows + r % kLayoutRows;
        for (uint32_t u = 0; u < units; ++u) {
            const uint32_t first = u * layout.unitBlocks;
            const uint32_t present = std::min(layout.unitBlocks, blocks - first);
            if (present < layout.unitBlocks || words * 4 != blockBytes * layout.unitBlocks)
                std::fill(unit.begin(), unit.end(), 0u);
            gatherUnit(layout, row + uint64_t(first) * blockBytes, blockBytes, present, unit.data());
            for (uint32_t w = 0; w < words; ++w)
                group[(uint64_t(u) * words + w) * kLayoutRows] = unit[w];
        }
    }
}

} // namespace lathe
