// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/dtype.h"

#include "core/tensor/codecs/codecs.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

using namespace codecs;

/// A row of the table but for its decoder, which is chosen for the processor at run time.
struct Row {
    DTypeInfo info;
    Decode Decoders::*decode;
};

constexpr Row kRows[] = {
    {{DType::F32, "F32", 0, 1, 4, nullptr, {-1, -1}, {2, -1}, false}, &Decoders::F32},
    {{DType::F16, "F16", 1, 1, 2, nullptr, {0, -1}, {-1, -1}, false}, &Decoders::F16},
    {{DType::BF16, "BF16", 30, 1, 2, nullptr, {-1, -1}, {0, -1}, false}, &Decoders::BF16},
    {{DType::I32, "I32", 26, 1, 4, nullptr, {-1, -1}, {-1, -1}, false}, nullptr},
    {{DType::Q4_0, "Q4_0", 2, 32, 18, nullptr, {0, -1}, {-1, -1}, true}, &Decoders::Q4_0},
    {{DType::Q4_1, "Q4_1", 3, 32, 20, nullptr, {0, 2}, {-1, -1}, true}, &Decoders::Q4_1},
    {{DType::Q5_0, "Q5_0", 6, 32, 22, nullptr, {0, -1}, {-1, -1}, true}, &Decoders::Q5_0},
    {{DType::Q5_1, "Q5_1", 7, 32, 24, nullptr, {0, 2}, {-1, -1}, true}, &Decoders::Q5_1},
    {{DType::Q8_0, "Q8_0", 8, 32, 34, nullptr, {0, -1}, {-1, -1}, true}, &Decoders::Q8_0},
    {{DType::Q2_K, "Q2_K", 10, 256, 84, nullptr, {80, 82}, {-1, -1}, true}, &Decoders::Q2_K},
    {{DType::Q3_K, "Q3_K", 11, 256, 110, nullptr, {108, -1}, {-1, -1}, true}, &Decoders::Q3_K},
    {{DType::Q4_K, "Q4_K", 12, 256, 144, nullptr, {0, 2}, {-1, -1}, true}, &Decoders::Q4_K},
    {{DType::Q5_K, "Q5_K", 13, 256, 176, nullptr, {0, 2}, {-1, -1}, true}, &Decoders::Q5_K},
    {{DType::Q6_K, "Q6_K", 14, 256, 210, nullptr, {208, -1}, {-1, -1}, true}, &Decoders::Q6_K},
    {{DType::IQ4_NL, "IQ4_NL", 20, 32, 18, nullptr, {0, -1}, {-1, -1}, true}, &Decoders::IQ4_NL},
    {{DType::IQ4_XS, "IQ4_XS", 23, 256, 136, nullptr, {0, -1}, {-1, -1}, true}, &Decoders::IQ4_XS},
    {{DType::NF4, "NF4", -1, 64, 36, nullptr, {-1, -1}, {2, -1}, false}, &Decoders::NF4},
    {{DType::NF4_SPLIT, "NF4_SPLIT", -1, 32, 28, nullptr, {-1, -1}, {2, 6}, false}, &Decoders::NF4_SPLIT},
    {{DType::FP4, "FP4", -1, 64, 36, nullptr, {-1, -1}, {2, -1}, false}, &Decoders::FP4},
    {{DType::FP4_SPLIT, "FP4_SPLIT", -1, 32, 28, nullptr, {-1, -1}, {2, 6}, false}, &Decoders::FP4_SPLIT},
    {{DType::AFFINE4, "AFFINE4", -1, 32, 20, nullptr, {-1, -1}, {2, -1}, true}, &Decoders::AFFINE4},
    {{DType::AFFINE4_ZERO, "AFFINE4_ZERO", -1, 32, 21, nullptr, {-1, -1}, {2, -1}, true},
     &Decoders::AFFINE4_ZERO},
    {{DType::AFFINE8, "AFFINE8", -1, 64, 68, nullptr, {-1, -1}, {2, -1}, true}, &Decoders::AFFINE8},
    {{DType::AFFINE8_ZERO, "AFFINE8_ZERO", -1, 32, 37, nullptr, {-1, -1}, {2, -1}, false},
     &Decoders::AFFINE8_ZERO},
};

constexpr bool inEnumOrder()
{
    for (size_t i = 0; i < std::size(kRows); ++i)
        if (size_t(kRows[i].info.type) != i)
            return false;
    return std::size(kRows) == size_t(DType::Count);
}
static_assert(inEnumOrder());

constexpr uint32_t kMaxBlockElements = 256;
static_assert(std::ranges::all_of(kRows, [](const Row &row) {
    return row.info.blockElements <= kMaxBlockElements;
}));

constexpr size_t kWeightTypes = size_t(DType::Count) - 1;

constexpr std::array<DType, kWeightTypes> decodableTypes()
{
    std::array<DType, kWeightTypes> types{};
    size_t count = 0;
    for (const Row &row : kRows)
        if (row.decode)
            types[count++] = row.info.type;
    return types;
}

constexpr std::array<DType, kWeightTypes> kWeights = decodableTypes();

using Table = std::array<DTypeInfo, size_t(DType::Count)>;

const Table &table()
{
    static const Table infos = [] {
        Table filled{};
        for (size_t i = 0; i < filled.size(); ++i) {
            filled[i] = kRows[i].info;
            filled[i].decode = kRows[i].decode ? decoders().*kRows[i].decode : nullptr;
        }
        return filled;
    }();
    return infos;
}

} // namespace

const DTypeInfo &dtypeInfo(DType type)
{
    return table()[size_t(type)];
}

std::optional<DType> dtypeFromName(std::string_view name)
{
    for (const DTypeInfo &info : table())
        if (info.name == name)
            return info.type;
    return std::nullopt;
}

std::optional<DType> dtypeFromGguf(uint32_t ggufType)
{
    for (const DTypeInfo &info : table())
        if (info.ggufType >= 0 && uint32_t(info.ggufType) == ggufType)
            return info.type;
    return std::nullopt;
}

void decodeColumns(DType type, const std::byte *in, uint64_t cols, float *out)
{
    const DTypeInfo &info = dtypeInfo(type);
    const uint64_t whole = cols / info.blockElements, rest = cols % info.blockElements;
    info.decode(in, out, whole);
    if (rest > 0) {
        std::array<float, kMaxBlockElements> block;
        info.decode(in + whole * info.blockBytes, block.data(), 1);
        std::copy_n(block.data(), rest, out + whole * info.blockElements);
    }
}

std::span<const DType> weightTypes()
{
    return kWeights;
}

} // namespace lathe
