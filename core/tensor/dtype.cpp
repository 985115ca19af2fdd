// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/dtype.h"

#include "core/tensor/codecs/codecs.h"

#include <array>

namespace lathe {

namespace {

using namespace codecs;

constexpr DTypeInfo kTable[] = {
    {DType::F32, "F32", 0, 1, 4, decodeF32, {-1, -1}, 2},
    {DType::F16, "F16", 1, 1, 2, decodeF16, {0, -1}, -1},
    {DType::BF16, "BF16", 30, 1, 2, decodeBF16, {-1, -1}, 0},
    {DType::I32, "I32", 26, 1, 4, nullptr, {-1, -1}, -1},
    {DType::Q4_0, "Q4_0", 2, 32, 18, decodeQ4_0, {0, -1}, -1},
    {DType::Q4_1, "Q4_1", 3, 32, 20, decodeQ4_1, {0, 2}, -1},
    {DType::Q5_0, "Q5_0", 6, 32, 22, decodeQ5_0, {0, -1}, -1},
    {DType::Q5_1, "Q5_1", 7, 32, 24, decodeQ5_1, {0, 2}, -1},
    {DType::Q8_0, "Q8_0", 8, 32, 34, decodeQ8_0, {0, -1}, -1},
    {DType::Q2_K, "Q2_K", 10, 256, 84, decodeQ2_K, {80, 82}, -1},
    {DType::Q3_K, "Q3_K", 11, 256, 110, decodeQ3_K, {108, -1}, -1},
    {DType::Q4_K, "Q4_K", 12, 256, 144, decodeQ4_K, {0, 2}, -1},
    {DType::Q5_K, "Q5_K", 13, 256, 176, decodeQ5_K, {0, 2}, -1},
    {DType::Q6_K, "Q6_K", 14, 256, 210, decodeQ6_K, {208, -1}, -1},
    {DType::IQ4_NL, "IQ4_NL", 20, 32, 18, decodeIQ4_NL, {0, -1}, -1},
    {DType::IQ4_XS, "IQ4_XS", 23, 256, 136, decodeIQ4_XS, {0, -1}, -1},
};

constexpr bool inEnumOrder()
{
    for (size_t i = 0; i < std::size(kTable); ++i)
        if (size_t(kTable[i].type) != i)
            return false;
    return std::size(kTable) == size_t(DType::Count);
}
static_assert(inEnumOrder());

constexpr size_t kWeightTypes = size_t(DType::Count) - 1;

constexpr std::array<DType, kWeightTypes> decodableTypes()
{
    std::array<DType, kWeightTypes> types{};
    size_t count = 0;
    for (const DTypeInfo &info : kTable)
        if (info.type != DType::I32)
            types[count++] = info.type;
    return types;
}

constexpr std::array<DType, kWeightTypes> kWeights = decodableTypes();

} // namespace

const DTypeInfo &dtypeInfo(DType type)
{
    return kTable[size_t(type)];
}

std::optional<DType> dtypeFromName(std::string_view name)
{
    for (const DTypeInfo &info : kTable)
        if (info.name == name)
            return info.type;
    return std::nullopt;
}

std::optional<DType> dtypeFromGguf(uint32_t ggufType)
{
    for (const DTypeInfo &info : kTable)
        if (info.ggufType >= 0 && uint32_t(info.ggufType) == ggufType)
            return info.type;
    return std::nullopt;
}

std::span<const DType> weightTypes()
{
    return kWeights;
}

} // namespace lathe
