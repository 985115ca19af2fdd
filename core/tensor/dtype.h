// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lathe {

/// How the elements of a tensor are stored. The names down to IQ4_XS are those of contract.md's table of
/// weight types, whose bytes are a GGUF file's; those after it are ours, for what quantized folders hold:
/// their weights are repacked so when they are read (docs/adr/0003-quantized-folders.md), and a row whose
/// length is no multiple of the block ends in a padded one.
enum class DType : uint8_t {
    F32,
    F16,
    BF16,
    I32,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    IQ4_NL,
    IQ4_XS,
    NF4,
    NF4_SPLIT,
    FP4,
    FP4_SPLIT,
    AFFINE4,
    AFFINE4_ZERO,
    AFFINE8,
    AFFINE8_ZERO,
    Count
};

/// One row of the dtype table: all that is known of a storage type. A new weight format is a new row here,
/// its codec in core/tensor/codecs/, and one GLSL include shaders/include/formats/<name>.glsl.
struct DTypeInfo {
    DType type;
    std::string_view name;  ///< "Q4_1"
    int ggufType;           ///< ggml_type number in a GGUF file; −1 if GGUF has none
    uint32_t blockElements; ///< elements that are stored together, along a row
    uint32_t blockBytes;    ///< bytes of one block in a file, of ours in memory
    /// Decodes `blocks` consecutive file blocks into blocks·blockElements floats; exact: each product and sum
    /// is rounded to float in the order of ggml's dequantize_row functions. Null for I32.
    void (*decode)(const std::byte *in, float *out, size_t blocks);
    /// Byte offsets of a block's binary16 and bfloat16 fields (the upper half of an F32 is one), −1: none. A
    /// block of random bytes has sane values once these hold sane numbers: tests and the self-test make
    /// weights so.
    int16_t halfAt[2];
    int16_t bfloatAt[2];
    /// An element is a scale (plus an offset) times a whole number of 8 bits, so that the kernels with
    /// integer products take the type.
    bool wholeNumbers;
};

const DTypeInfo &dtypeInfo(DType type);
std::optional<DType> dtypeFromName(std::string_view name);
std::optional<DType> dtypeFromGguf(uint32_t ggufType);
/// All rows that may hold weights (every one but I32), in the order of the enum.
std::span<const DType> weightTypes();

/// Bytes of one row of `cols` elements; a file's types have whole blocks there.
inline uint64_t rowBytes(DType type, uint64_t cols)
{
    const DTypeInfo &info = dtypeInfo(type);
    return (cols + info.blockElements - 1) / info.blockElements * info.blockBytes;
}

/// Decodes the first `cols` elements of a row, or of a part of it that begins with a block.
void decodeColumns(DType type, const std::byte *in, uint64_t cols, float *out);

} // namespace lathe
