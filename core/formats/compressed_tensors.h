// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/quantized_parts.h"

#include <optional>

namespace lathe {

/// Weights of whole numbers with a scale and perhaps a zero point, as compressed-tensors stores them in the
/// formats `pack-quantized` and `int-quantized`. Source: compressed-tensors releases up to 0.20
/// (pack_to_int32, dequantize, QuantizationArgs). A weight is (code − zero point) · scale.

/// How far one scale reaches.
enum class ScaleReach { Tensor, Channel, Group };

/// `quantization_config` of a config.json where `quant_method` is "compressed-tensors".
struct CompressedTensorsConfig {
    bool packed = true; ///< pack-quantized, else int-quantized
    unsigned bits = 8;  ///< 2 … 8; codes run −2^(bits−1) … 2^(bits−1) − 1
    bool symmetric = true;
    ScaleReach reach = ScaleReach::Channel;
    uint64_t groupSize = 0;           ///< columns with one scale; 0 unless reach is Group
    std::vector<std::string> ignored; ///< layers that stay as they are; the tensors show it too

    /// "AFFINE-4-sym-group=32", "AFFINE-8-channel": contract's name of the type.
    std::string typeName() const;
};

/// Reads `settings`. Errors: a setting of the wrong type or out of range; "unsupported: …" for another
/// format, weights in floats or blocks, quantized activations or caches, sparsity, transforms, config groups
/// that differ in their weights, and any setting that is not known.
Result<CompressedTensorsConfig> readCompressedTensorsConfig(const JsonObject &settings);

/// One weight, "….weight" in its messages. Beside each other in a file:
///     ….weight_packed     I32 (rows, words), pack-quantized; ….weight I8 (rows, cols), int-quantized
///     ….weight_shape      I64 or I32 (2), pack-quantized only
///     ….weight_scale      F32, F16, BF16: (rows, ⌈cols/groupSize⌉), (rows, 1) or (1)
///     ….weight_zero_point asymmetric: I8 in the shape of the scales, or I32 packed along the rows
///     ….weight_g_idx      I32 (cols), the group of each column; read where groups have groupSize columns
/// Packed codes are code + 2^(bits−1) from the lowest bit of a word up. `dense`: code i of a row begins at
/// bit i·bits, across words (release 0.20); else each word holds ⌊32/bits⌋ codes and the rest is padding
/// (before). Both are the same for 2, 4 and 8 bits; for others the number of words tells. All spans belong to
/// the file.
struct AffineWeight {
    std::string name;
    uint64_t rows = 0;
    uint64_t cols = 0;
    unsigned bits = 8;
    bool packed = false;
    bool dense = false;
    uint64_t words = 0; ///< 32-bit words of a packed row
    std::span<const std::byte> codes;
    ScaleReach reach = ScaleReach::Channel;
    uint64_t groupSize = 0;
    uint64_t groups = 1; ///< scales of a row
    FloatView scales;
    std::vector<int8_t> zeroPoints;   ///< one per scale; empty: 0
    std::span<const std::byte> order; ///< weight_g_idx; empty: column / groupSize

    int code(uint64_t row, uint64_t col) const;
    /// Index into scales and zeroPoints.
    uint64_t scaleAt(uint64_t row, uint64_t col) const;
    /// Elements first … first + out.size() − 1 of the flattened weight; the product is rounded to float, not
    /// to the type of the scales as compressed-tensors does.
    void decode(uint64_t first, std::span<float> out) const;
};

/// Whether `name` ("….weight") is stored so: as weight_packed, or with a weight_scale.
bool isAffineWeight(const QuantizedParts &parts, const std::string &name);
/// Errors name the tensor: missing parts, types and sizes that do not fit the shape, scales that are NaN or
/// infinite, zero points out of range; "unsupported: …" for a weight_g_idx with groups of other sizes, and
/// for the few narrow widths where both packings take the same number of words and differ.
Result<AffineWeight> readAffineWeight(const QuantizedParts &parts, const std::string &name,
                                      const CompressedTensorsConfig &config);

} // namespace lathe
