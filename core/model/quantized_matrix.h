// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/bitsandbytes.h"
#include "core/formats/compressed_tensors.h"
#include "core/graph/weight_source.h"

#include <memory>
#include <variant>

namespace lathe {

/// `quantization_config` of a folder's config.json.
using QuantizationConfig = std::variant<BitsAndBytesConfig, CompressedTensorsConfig>;

/// Reads `settings`, which is that object. Errors: "unsupported: …" for a method that is not known; what the
/// method's own reader finds.
Result<QuantizationConfig> readQuantizationConfig(const JsonObject &settings);

/// One quantized weight of a folder, and how it lies in memory: rows of one of our types
/// (core/tensor/dtype.h), which hold the same codes and scales.
///     4 bits of bitsandbytes   NF4, FP4; rows that are no multiple of 64, or smaller blocks: NF4_SPLIT,
///                              FP4_SPLIT
///     LLM.int8()               AFFINE8, its scale SCB / 127
///     whole numbers            up to 4 bits AFFINE4 or AFFINE4_ZERO, else AFFINE8 or AFFINE8_ZERO; where
///                              groups are no multiple of 32 columns or columns are reordered: F32, decoded
class QuantizedMatrix
{
public:
    /// Null if `name` ("….weight") is not quantized in this folder. Errors: those of the readers; codes with
    /// other values than NF4's or FP4's.
    static Result<std::shared_ptr<const QuantizedMatrix>>
    read(const QuantizedParts &parts, const QuantizationConfig &config, const std::string &name);

    const std::string &name() const { return m_name; }
    DType type() const { return m_type; }
    uint64_t rows() const { return m_rows; }
    uint64_t cols() const { return m_cols; }
    /// As contract.md names it: "NF4-DQ", "INT8", "AFFINE-4-sym-group=32".
    const std::string &typeName() const { return m_typeName; }
    /// Its activations are rounded too, as LLM.int8() does.
    bool isInt8() const { return std::holds_alternative<Int8Weight>(m_weight); }
    uint64_t bytes() const { return m_bytes; } ///< of all its tensors in the folder

    /// Rows first … first + count − 1 in type().
    void pack(uint64_t first, uint64_t count, std::byte *out) const;

private:
    QuantizedMatrix() = default;

    std::string m_name, m_typeName;
    DType m_type = DType::F32;
    uint64_t m_rows = 0, m_cols = 0, m_bytes = 0;
    std::variant<FourBitWeight, Int8Weight, AffineWeight> m_weight;
};

/// The names of the tensors that may hold `name` ("….weight") together, itself among them.
std::vector<std::string> quantizedPartNames(const std::string &name);

/// Rows of quantized matrices, one after another.
class QuantizedLoader final : public WeightLoader
{
public:
    struct Rows {
        std::shared_ptr<const QuantizedMatrix> matrix; ///< all of one type
        uint64_t first;
        uint64_t count;
    };
    explicit QuantizedLoader(std::vector<Rows> pieces) : m_pieces(std::move(pieces)) {}
    Result<std::vector<std::byte>> load() const override;

private:
    std::vector<Rows> m_pieces;
};

} // namespace lathe
