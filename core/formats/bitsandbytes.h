// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/formats/quantized_parts.h"

#include <array>
#include <optional>

namespace lathe {

/// Weights as bitsandbytes stores them in safetensors files, written by transformers' save_pretrained.
/// Sources: bitsandbytes' QuantState.as_dict(packed) and Linear8bitLt._save_to_state_dict (release 0.50), the
/// NF4 and double quantization of QLoRA (arXiv:2305.14314), LLM.int8() (arXiv:2208.07339).

/// `quantization_config` of a config.json where `quant_method` is "bitsandbytes".
struct BitsAndBytesConfig {
    enum class Kind { Nf4, Fp4, Int8 };
    Kind kind = Kind::Nf4;
    bool doubleQuantization = false;
    /// LLM.int8: an activation of at least this size makes its column an outlier; 0: none is.
    double int8Threshold = 6.0;
    std::vector<std::string> skipModules; ///< layers that stay as they are; the tensors show it too
};

/// Reads `settings`, whose messages begin with its prefix. Errors: a setting of the wrong type; both or none
/// of load_in_4bit and load_in_8bit; an unknown bnb_4bit_quant_type; a negative threshold; "unsupported: …"
/// for a setting that is not known and for llm_int8_has_fp16_weight.
Result<BitsAndBytesConfig> readBitsAndBytesConfig(const JsonObject &settings);

/// A weight in 4 bits. Beside `name` (U8, (⌈rows·cols/2⌉, 1); another type of element is a view of the same
/// bytes) a file has
///     name.absmax       F32 (blocks); U8 with double quantization
///     name.quant_map    F32 (16), the values of the codes
///     name.quant_state.bitsandbytes__nf4 or __fp4
///                       U8, JSON: quant_type, blocksize, dtype, shape, with double quantization also
///                       nested_blocksize, nested_dtype, nested_offset
///     name.nested_absmax F32 (⌈blocks/nested_blocksize⌉), name.nested_quant_map F32 (256).
/// Blocks of `blockSize` elements run over the flattened weight, across its rows; the last one may be short.
/// The first element of a byte is its high nibble. All spans belong to the file.
struct FourBitWeight {
    struct Nested {
        std::span<const std::byte> codes; ///< one byte per block
        FloatView absmax;                 ///< one per blockSize codes
        std::array<float, 256> map{};
        uint64_t blockSize = 0;
        float offset = 0;
    };

    std::string name;
    bool fp4 = false; ///< else NF4
    uint64_t rows = 0;
    uint64_t cols = 0;
    uint64_t blockSize = 0;
    std::string dtype; ///< what the weight was before, "float16"; bitsandbytes rounds to it, we do not
    std::span<const std::byte> packed;
    std::array<float, 16> map{};
    FloatView absmax; ///< empty with double quantization
    std::optional<Nested> nested;

    /// NF4: map[code] · absmax; with double quantization absmax is map[code]·absmax + offset itself, each
    /// product and sum rounded to float.
    float blockScale(uint64_t block) const;
    /// Elements first … first + out.size() − 1 of the flattened weight.
    void decode(uint64_t first, std::span<float> out) const;
    /// "NF4", "NF4-DQ", "FP4", "FP4-DQ".
    std::string_view typeName() const;
};

/// Whether `name` is a weight in 4 bits: its quant_state stands beside it.
bool isFourBitWeight(const QuantizedParts &parts, const std::string &name);
/// Errors name the tensor: missing parts, types and sizes that do not fit the shape, a block size that is no
/// power of two of 32 … 4096, numbers that are NaN or infinite, a quant_state that is not the JSON above.
Result<FourBitWeight> readFourBitWeight(const QuantizedParts &parts, const std::string &name);

/// A weight of LLM.int8(): `name` = "….weight" I8 (rows, cols), beside it "….SCB" F32 (rows), the largest
/// magnitude of each row, and perhaps "….weight_format" U8, a single 0 (rows as they are).
struct Int8Weight {
    std::string name;
    uint64_t rows = 0;
    uint64_t cols = 0;
    std::span<const std::byte> codes;
    FloatView scales;

    /// code · scale · (1/127), each product rounded to float, elements first … first + out.size() − 1: what
    /// bitsandbytes' int8_vectorwise_dequant gives.
    void decode(uint64_t first, std::span<float> out) const;
};

/// Whether `name` is such a weight: SCB stands beside it.
bool isInt8Weight(const QuantizedParts &parts, const std::string &name);
/// Errors name the tensor: types, shapes, a scale that is NaN or infinite, a weight_format for other
/// hardware.
Result<Int8Weight> readInt8Weight(const QuantizedParts &parts, const std::string &name);

} // namespace lathe
