// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/compressed_tensors.h"

#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/formats/printable.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

constexpr unsigned kWordBits = 32;

/// Words of a row of `count` codes, packed across words or not.
uint64_t wordsOf(uint64_t count, unsigned bits, bool dense)
{
    return dense ? (count / kWordBits) * bits + ceilDiv<uint64_t>(count % kWordBits * bits, kWordBits)
                 : ceilDiv<uint64_t>(count, kWordBits / bits);
}

/// Code `index` of a packed row, with its offset removed.
int unpack(const std::byte *row, uint64_t words, uint64_t index, unsigned bits, bool dense)
{
    const uint64_t perWord = kWordBits / bits;
    const uint64_t bit = dense ? index * bits : index / perWord * kWordBits + index % perWord * bits;
    const uint64_t word = bit / kWordBits;
    uint64_t value = loadLe<uint32_t>(row + word * 4);
    if (word + 1 < words)
        value |= uint64_t(loadLe<uint32_t>(row + (word + 1) * 4)) << kWordBits;
    const uint64_t mask = (uint64_t(1) << bits) - 1;
    return int((value >> (bit % kWordBits)) & mask) - (1 << (bits - 1));
}

/// Reads the parts of one weight.
class AffineReader
{
public:
    AffineReader(const QuantizedParts &parts, const std::string &name, const CompressedTensorsConfig &config)
        : m_parts(parts), m_config(config)
    {
        m_out.name = name;
        m_out.bits = config.bits;
        m_out.packed = config.packed;
        m_out.reach = config.reach;
        m_out.groupSize = config.groupSize;
    }

    Result<AffineWeight> read()
    {
        LATHE_TRY(m_config.packed ? readPacked() : readPlain());
        m_out.groups = m_out.reach == ScaleReach::Group ? (m_out.cols - 1) / m_out.groupSize + 1 : 1;
        LATHE_TRY(readScales());
        LATHE_TRY(readZeroPoints());
        LATHE_TRY(readOrder());
        return std::move(m_out);
    }

private:
    Result<> readPacked()
    {
        LATHE_TRY(readShape());
        const std::string name = m_out.name + "_packed";
        LATHE_ASSIGN(const SafetensorsTensor *const tensor, m_parts.require(name));
        const uint64_t dense = wordsOf(m_out.cols, m_out.bits, true);
        const uint64_t padded = wordsOf(m_out.cols, m_out.bits, false);
        const bool fits = tensor->dtype == "I32" && tensor->shape.size() == 2 &&
                          tensor->shape[0] == m_out.rows &&
                          (tensor->shape[1] == dense || tensor->shape[1] == padded);
        if (!fits)
            return m_parts.bad(name, "is " + tensor->dtype + " " + shapeText(tensor->shape) + ", not I32 " +
                                         shapeText({m_out.rows, dense}));
        m_out.words = tensor->shape[1];
        m_out.dense = m_out.words == dense;
        const bool alike = kWordBits % m_out.bits == 0 || m_out.cols <= kWordBits / m_out.bits;
        if (dense == padded && !alike)
            return m_parts.unsupported(name, "may be packed across words or not, which its width of " +
                                                 std::to_string(m_out.cols) + " does not tell");
        m_out.codes = tensor->data;
        return {};
    }

    Result<> readShape()
    {
        const std::string name = m_out.name + "_shape";
        LATHE_ASSIGN(const SafetensorsTensor *const tensor, m_parts.require(name));
        const bool wide = tensor->dtype == "I64";
        if ((!wide && tensor->dtype != "I32") || tensor->shape != std::vector<uint64_t>{2})
            return m_parts.bad(name, "is " + tensor->dtype + " " + shapeText(tensor->shape) +
                                         ", not two numbers of I64");
        const auto extent = [&](size_t i) {
            return wide ? loadLe<int64_t>(tensor->data.data() + i * 8)
                        : int64_t(loadLe<int32_t>(tensor->data.data() + i * 4));
        };
        if (extent(0) <= 0 || extent(1) <= 0)
            return m_parts.bad(name, "holds a number that is not above 0");
        m_out.rows = uint64_t(extent(0));
        m_out.cols = uint64_t(extent(1));
        if (!(Checked(m_out.rows) * m_out.cols).fits(INT64_MAX / 8))
            return m_parts.bad(name, "is too large");
        return {};
    }

    Result<> readPlain()
    {
        LATHE_ASSIGN(const SafetensorsTensor *const tensor, m_parts.require(m_out.name));
        if (tensor->dtype != "I8" || tensor->shape.size() != 2 || tensor->data.empty())
            return m_parts.bad(m_out.name, "is " + tensor->dtype + " " + shapeText(tensor->shape) +
                                               ", not a matrix of I8");
        m_out.rows = tensor->shape[0];
        m_out.cols = tensor->shape[1];
        m_out.codes = tensor->data;
        return {};
    }

    Result<> readScales()
    {
        const std::string name = m_out.name + "_scale";
        if (m_out.reach == ScaleReach::Tensor) {
            LATHE_ASSIGN(m_out.scales, m_parts.floats(name, {{1}, {}, {1, 1}}));
        } else {
            LATHE_ASSIGN(m_out.scales, m_parts.floats(name, {{m_out.rows, m_out.groups}}));
        }
        return {};
    }

    Result<> readZeroPoints()
    {
        const std::string name = m_out.name + "_zero_point";
        const SafetensorsTensor *tensor = m_parts.find(name);
        if (!tensor && m_config.symmetric)
            return {};
        if (!tensor)
            return m_parts.bad(name, "is missing");
        m_out.zeroPoints.resize(m_out.scales.size());
        if (tensor->dtype == "I8")
            return readPlainZeroPoints(*tensor);
        const uint64_t words = wordsOf(m_out.rows, m_out.bits, m_out.dense);
        const bool whole = m_out.reach == ScaleReach::Tensor;
        if (!m_out.packed || whole || tensor->dtype != "I32" ||
            tensor->shape != std::vector<uint64_t>{words, m_out.groups})
            return m_parts.bad(name, "is " + tensor->dtype + " " + shapeText(tensor->shape) +
                                         ", which does not fit the scales");
        for (uint64_t group = 0; group < m_out.groups; ++group)
            unpackColumn(tensor->data, words, group);
        return {};
    }

    Result<> readPlainZeroPoints(const SafetensorsTensor &tensor)
    {
        if (tensor.data.size() != m_out.zeroPoints.size())
            return m_parts.bad(tensor.name,
                               "is " + shapeText(tensor.shape) + ", which does not fit the scales");
        const int limit = 1 << (m_out.bits - 1);
        for (size_t i = 0; i < m_out.zeroPoints.size(); ++i) {
            const auto value = int8_t(tensor.data[i]);
            if (value < -limit || value >= limit)
                return m_parts.bad(tensor.name, "holds " + std::to_string(value) + ", out of range for " +
                                                    std::to_string(m_out.bits) + " bits");
            m_out.zeroPoints[i] = value;
        }
        return {};
    }

    /// The zero points of one group lie packed down a column of (words, groups).
    void unpackColumn(std::span<const std::byte> data, uint64_t words, uint64_t group)
    {
        std::vector<std::byte> column(words * 4);
        for (uint64_t word = 0; word < words; ++word)
            std::copy_n(data.begin() + ptrdiff_t((word * m_out.groups + group) * 4), 4,
                        column.begin() + ptrdiff_t(word * 4));
        for (uint64_t row = 0; row < m_out.rows; ++row)
            m_out.zeroPoints[row * m_out.groups + group] =
                int8_t(unpack(column.data(), words, row, m_out.bits, m_out.dense));
    }

    Result<> readOrder()
    {
        const std::string name = m_out.name + "_g_idx";
        if (!m_parts.find(name))
            return {};
        if (m_out.reach != ScaleReach::Group)
            return m_parts.unsupported(name, "without groups");
        LATHE_ASSIGN(const auto order, m_parts.bytes(name, "I32", {m_out.cols}));
        std::vector<uint64_t> counts(m_out.groups);
        bool unset = true;
        for (uint64_t col = 0; col < m_out.cols; ++col) {
            const auto group = loadLe<int32_t>(order.data() + col * 4);
            unset = unset && group == -1;
            if (group >= 0 && uint64_t(group) < m_out.groups)
                ++counts[size_t(group)];
        }
        if (unset) // as it was before calibration: no order
            return {};
        if (std::ranges::any_of(counts, [&](uint64_t count) { return count != m_out.groupSize; }))
            return m_parts.unsupported(name, "with groups that have not " + std::to_string(m_out.groupSize) +
                                                 " columns each");
        m_out.order = order;
        return {};
    }

    const QuantizedParts &m_parts;
    const CompressedTensorsConfig &m_config;
    AffineWeight m_out;
};

} // namespace

int AffineWeight::code(uint64_t row, uint64_t col) const
{
    if (!packed)
        return int8_t(codes[row * cols + col]);
    return unpack(codes.data() + row * words * 4, words, col, bits, dense);
}

uint64_t AffineWeight::scaleAt(uint64_t row, uint64_t col) const
{
    if (reach == ScaleReach::Tensor)
        return 0;
    if (reach == ScaleReach::Channel)
        return row;
    const uint64_t group =
        order.empty() ? col / groupSize : uint64_t(loadLe<int32_t>(order.data() + col * 4));
    return row * groups + group;
}

void AffineWeight::decode(uint64_t first, std::span<float> out) const
{
    for (size_t i = 0; i < out.size(); ++i) {
        const uint64_t row = (first + i) / cols, col = (first + i) % cols;
        const uint64_t at = scaleAt(row, col);
        const int zero = zeroPoints.empty() ? 0 : zeroPoints[at];
        out[i] = float(code(row, col) - zero) * scales[at];
    }
}

bool isAffineWeight(const QuantizedParts &parts, const std::string &name)
{
    return name.ends_with("weight") && (parts.find(name + "_packed") || parts.find(name + "_scale"));
}

Result<AffineWeight> readAffineWeight(const QuantizedParts &parts, const std::string &name,
                                      const CompressedTensorsConfig &config)
{
    return AffineReader(parts, name, config).read();
}

} // namespace lathe
