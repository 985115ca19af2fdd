// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/dtype.h"

#include <array>
#include <cstdint>
#include <span>

namespace lathe {

/// Rows that are interleaved in the device layout.
inline constexpr uint32_t kLayoutRows = 8;

/// How a weight format lies in device memory: 32-bit words, read only through
/// shaders/include/formats/<type>.glsl. `unitBlocks` consecutive file blocks of a row form a unit of whole
/// words: for each field in turn, that field of each block; then zero bytes up to a word. A row has
/// units(cols) units (missing blocks are zero). Word w of unit u of row r lies at word ((r / 8 · units + u) ·
/// unitWords + w) · 8 + r % 8; rows are padded with zero rows to a multiple of 8.
struct DeviceLayout {
    struct Field {
        uint32_t offset = 0; ///< in the file block
        uint32_t bytes = 0;  ///< 0: unused entry
    };
    DType type;
    uint32_t unitBlocks;
    std::array<Field, 4> fields;

    uint32_t unitElements() const { return unitBlocks * dtypeInfo(type).blockElements; }
    uint32_t unitWords() const;
    uint32_t units(uint64_t cols) const;
    /// Bytes of `rows` × `cols` elements on a device.
    uint64_t packedBytes(uint64_t rows, uint64_t cols) const;
};

/// The row of the layout table for a weight type.
const DeviceLayout &deviceLayout(DType type);

/// Packs `rows` file rows of `cols` elements from `in` into `out` (packedBytes(rows, cols) / 4 words).
void packRows(DType type, const std::byte *in, uint32_t rows, uint64_t cols, std::span<uint32_t> out);

} // namespace lathe
