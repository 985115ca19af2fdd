// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quantized_matrix.h"

#include "core/base/bytes.h"
#include "core/formats/printable.h"

#include <algorithm>
#include <cstring>

namespace lathe {

namespace {

constexpr uint64_t kLevelBlock = 64, kPairBlock = 32; ///< elements of the blocks that we make
constexpr float kInt8Step = 1.0f / 127;

/// What the decoders of NF4 and FP4 multiply with; a file must say the same.
std::array<float, 16> levelsOf(DType type)
{
    std::array<std::byte, 36> block{};
    const float one = 1;
    std::memcpy(block.data(), &one, sizeof one);
    for (size_t i = 0; i < 16; ++i)
        block[4 + i] = std::byte(i);
    std::array<float, 64> values{};
    dtypeInfo(type).decode(block.data(), values.data(), 1);
    std::array<float, 16> levels{};
    std::copy_n(values.begin(), levels.size(), levels.begin());
    return levels;
}

DType typeOf(const FourBitWeight &weight)
{
    const bool whole = weight.cols % kLevelBlock == 0 && weight.blockSize % kLevelBlock == 0;
    return weight.fp4 ? (whole ? DType::FP4 : DType::FP4_SPLIT) : whole ? DType::NF4 : DType::NF4_SPLIT;
}

DType typeOf(const AffineWeight &weight)
{
    const auto scalesHold = [&](uint64_t columns) {
        return weight.reach != ScaleReach::Group || weight.groupSize % columns == 0;
    };
    if (!weight.order.empty() || !scalesHold(kPairBlock))
        return DType::F32;
    const bool zero = !weight.zeroPoints.empty();
    if (weight.bits <= 4)
        return zero ? DType::AFFINE4_ZERO : DType::AFFINE4;
    return zero || !scalesHold(kLevelBlock) ? DType::AFFINE8_ZERO : DType::AFFINE8;
}

/// Writes one row's blocks. `at` is the first element of a block, `count` how many of it the row has; the
/// rest stays zero.
template <class WriteBlock> void packRow(DType type, uint64_t cols, std::byte *out, WriteBlock write)
{
    const DTypeInfo &info = dtypeInfo(type);
    for (uint64_t col = 0; col < cols; col += info.blockElements, out += info.blockBytes)
        write(col, std::min<uint64_t>(info.blockElements, cols - col), out);
}

void put(std::byte *to, float value)
{
    std::memcpy(to, &value, sizeof value);
}

/// 16 bytes for each 32 of `count` codes below 16: i and i + 16 share one.
template <class Code> void putNibbles(std::byte *to, uint64_t count, Code code)
{
    for (uint64_t i = 0; i < count; ++i)
        to[i / 32 * 16 + i % 16] |= std::byte(code(i) << (i % 32 / 16 * 4));
}

void packOneRow(const FourBitWeight &weight, DType type, uint64_t row, std::byte *out)
{
    const bool split = dtypeInfo(type).blockElements == kPairBlock;
    packRow(type, weight.cols, out, [&](uint64_t col, uint64_t count, std::byte *block) {
        const uint64_t first = row * weight.cols + col;
        const uint64_t scale = first / weight.blockSize;
        put(block, weight.blockScale(scale));
        if (split) {
            const uint64_t below = (scale + 1) * weight.blockSize - first;
            const auto boundary = uint32_t(std::min(below, kPairBlock));
            if (below < count)
                put(block + 4, weight.blockScale(scale + 1));
            std::memcpy(block + 8, &boundary, sizeof boundary);
        }
        putNibbles(block + (split ? 12 : 4), count, [&](uint64_t i) {
            const auto pair = unsigned(weight.packed[(first + i) / 2]);
            return (first + i) % 2 == 0 ? pair >> 4 : pair & 15;
        });
    });
}

void packOneRow(const Int8Weight &weight, DType type, uint64_t row, std::byte *out)
{
    const float scale = weight.scales[row] * kInt8Step;
    packRow(type, weight.cols, out, [&](uint64_t col, uint64_t count, std::byte *block) {
        put(block, scale);
        std::memcpy(block + 4, weight.codes.data() + row * weight.cols + col, count);
    });
}

void packOneRow(const AffineWeight &weight, DType type, uint64_t row, std::byte *out)
{
    if (type == DType::F32) {
        std::vector<float> values(weight.cols);
        weight.decode(row * weight.cols, values);
        std::memcpy(out, values.data(), values.size() * sizeof(float));
        return;
    }
    const bool nibbles = type == DType::AFFINE4 || type == DType::AFFINE4_ZERO;
    const bool hasZero = type == DType::AFFINE4_ZERO || type == DType::AFFINE8_ZERO;
    packRow(type, weight.cols, out, [&](uint64_t col, uint64_t count, std::byte *block) {
        const uint64_t at = weight.scaleAt(row, col);
        const int zero = weight.zeroPoints.empty() ? 0 : weight.zeroPoints[at];
        put(block, weight.scales[at]);
        if (nibbles)
            putNibbles(block + 4, count, [&](uint64_t i) { return unsigned(weight.code(row, col + i) + 8); });
        for (uint64_t i = 0; i < count && !nibbles; ++i)
            block[4 + i] = std::byte(weight.code(row, col + i));
        if (hasZero)
            block[dtypeInfo(type).blockBytes - 1] = std::byte(nibbles ? zero + 8 : zero);
    });
}

} // namespace

Result<QuantizationConfig> readQuantizationConfig(const JsonObject &settings)
{
    LATHE_ASSIGN(const auto method, settings.string("quant_method"));
    if (method == "bitsandbytes") {
        LATHE_ASSIGN(auto config, readBitsAndBytesConfig(settings));
        return QuantizationConfig(std::move(config));
    }
    if (method == "compressed-tensors") {
        LATHE_ASSIGN(auto config, readCompressedTensorsConfig(settings));
        return QuantizationConfig(std::move(config));
    }
    return fail(Errc::Unsupported, settings.subject(),
                "unsupported: " + settings.label("quant_method") + " \"" + printable(method.value_or("")) +
                    '"',
                "supported: bitsandbytes, compressed-tensors");
}

Result<std::shared_ptr<const QuantizedMatrix>>
QuantizedMatrix::read(const QuantizedParts &parts, const QuantizationConfig &config, const std::string &name)
{
    std::shared_ptr<QuantizedMatrix> out(new QuantizedMatrix);
    out->m_name = name;
    if (const auto *affine = std::get_if<CompressedTensorsConfig>(&config)) {
        if (!isAffineWeight(parts, name))
            return nullptr;
        LATHE_ASSIGN(out->m_weight, readAffineWeight(parts, name, *affine));
        out->m_typeName = affine->typeName();
        out->m_type = typeOf(std::get<AffineWeight>(out->m_weight));
    } else if (isFourBitWeight(parts, name)) {
        LATHE_ASSIGN(FourBitWeight weight, readFourBitWeight(parts, name));
        out->m_type = typeOf(weight);
        out->m_typeName = weight.typeName();
        if (weight.map != levelsOf(weight.fp4 ? DType::FP4 : DType::NF4))
            return parts.unsupported(name + ".quant_map", "with other values than those of " +
                                                              std::string(weight.fp4 ? "FP4" : "NF4"));
        out->m_weight = std::move(weight);
    } else if (isInt8Weight(parts, name)) {
        LATHE_ASSIGN(out->m_weight, readInt8Weight(parts, name));
        out->m_typeName = "INT8";
        out->m_type = DType::AFFINE8;
    } else {
        return nullptr;
    }
    std::visit(
        [&](const auto &weight) {
            out->m_rows = weight.rows;
            out->m_cols = weight.cols;
        },
        out->m_weight);
    for (const std::string &part : quantizedPartNames(name))
        if (const SafetensorsTensor *tensor = parts.find(part))
            out->m_bytes += tensor->data.size();
    return std::shared_ptr<const QuantizedMatrix>(std::move(out));
}

void QuantizedMatrix::pack(uint64_t first, uint64_t count, std::byte *out) const
{
    const uint64_t bytes = rowBytes(m_type, m_cols);
    std::memset(out, 0, count * bytes);
    for (uint64_t row = first; row < first + count; ++row, out += bytes)
        std::visit([&](const auto &weight) { packOneRow(weight, m_type, row, out); }, m_weight);
}

std::vector<std::string> quantizedPartNames(const std::string &name)
{
    std::vector<std::string> names{name};
    for (const char *end : {".absmax", ".quant_map", ".nested_absmax", ".nested_quant_map",
                            ".quant_state.bitsandbytes__nf4", ".quant_state.bitsandbytes__fp4", "_packed",
                            "_shape", "_scale", "_zero_point", "_g_idx", "_format"})
        names.push_back(name + end);
    const std::string_view weight = "weight";
    if (name.ends_with(weight))
        names.push_back(name.substr(0, name.size() - weight.size()) + "SCB");
    return names;
}

Result<std::vector<std::byte>> QuantizedLoader::load() const
{
    uint64_t total = 0;
    for (const Rows &piece : m_pieces)
        total += piece.count * rowBytes(piece.matrix->type(), piece.matrix->cols());
    std::vector<std::byte> out(total);
    std::byte *at = out.data();
    for (const Rows &piece : m_pieces) {
        piece.matrix->pack(piece.first, piece.count, at);
        at += piece.count * rowBytes(piece.matrix->type(), piece.matrix->cols());
    }
    return out;
}

} // namespace lathe
