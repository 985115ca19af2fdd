// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/gguf_value.h"

#include "core/base/bytes.h"

#include <limits>

namespace lathe {

namespace {

template <class T> std::optional<int64_t> loadInteger(const std::byte *at)
{
    const T value = loadLe<T>(at);
    if (uint64_t(value) > uint64_t(std::numeric_limits<int64_t>::max()) && value > T(0))
        return std::nullopt;
    return int64_t(value);
}

template <class T> float loadFloat(const std::byte *at)
{
    return float(loadLe<T>(at));
}

struct TypeRow {
    std::string_view name;
    uint64_t bytes;
    std::optional<int64_t> (*integer)(const std::byte *); ///< null: not an integer type
    float (*real)(const std::byte *);                     ///< null: not a float type
};

constexpr TypeRow kTypes[] = {
    {"u8", 1, loadInteger<uint8_t>, nullptr},
    {"i8", 1, loadInteger<int8_t>, nullptr},
    {"u16", 2, loadInteger<uint16_t>, nullptr},
    {"i16", 2, loadInteger<int16_t>, nullptr},
    {"u32", 4, loadInteger<uint32_t>, nullptr},
    {"i32", 4, loadInteger<int32_t>, nullptr},
    {"f32", 4, nullptr, loadFloat<float>},
    {"bool", 1, nullptr, nullptr},
    {"string", 0, nullptr, nullptr},
    {"array", 0, nullptr, nullptr},
    {"u64", 8, loadInteger<uint64_t>, nullptr},
    {"i64", 8, loadInteger<int64_t>, nullptr},
    {"f64", 8, nullptr, loadFloat<double>},
};
static_assert(std::size(kTypes) == size_t(GgufType::Count));

const TypeRow &row(GgufType type)
{
    return kTypes[size_t(type)];
}

/// The string whose length stands at `at`.
std::string_view stringAt(const std::byte *at)
{
    return {reinterpret_cast<const char *>(at) + sizeof(uint64_t), size_t(loadLe<uint64_t>(at))};
}

} // namespace

std::string_view ggufTypeName(GgufType type)
{
    return row(type).name;
}

uint64_t ggufTypeBytes(GgufType type)
{
    return row(type).bytes;
}

std::optional<uint64_t> GgufValue::asU64() const
{
    if (!m_isArray && m_type == GgufType::U64)
        return loadLe<uint64_t>(m_bytes.data());
    const std::optional<int64_t> value = asI64();
    return value && *value >= 0 ? std::optional<uint64_t>(*value) : std::nullopt;
}

std::optional<int64_t> GgufValue::asI64() const
{
    const auto load = row(m_type).integer;
    return m_isArray || !load ? std::nullopt : load(m_bytes.data());
}

std::optional<float> GgufValue::asF32() const
{
    const auto load = row(m_type).real;
    return m_isArray || !load ? std::nullopt : std::optional<float>(load(m_bytes.data()));
}

std::optional<bool> GgufValue::asBool() const
{
    if (m_isArray || m_type != GgufType::Bool)
        return std::nullopt;
    return m_bytes[0] != std::byte(0);
}

std::optional<std::string_view> GgufValue::asString() const
{
    if (m_isArray || m_type != GgufType::String)
        return std::nullopt;
    return stringAt(m_bytes.data());
}

std::optional<std::vector<std::string_view>> GgufValue::asStrings() const
{
    if (!m_isArray || m_type != GgufType::String)
        return std::nullopt;
    std::vector<std::string_view> strings;
    strings.reserve(m_count);
    const std::byte *at = m_bytes.data();
    for (uint64_t i = 0; i < m_count; ++i) {
        strings.push_back(stringAt(at));
        at += sizeof(uint64_t) + strings.back().size();
    }
    return strings;
}

std::optional<std::vector<int64_t>> GgufValue::asIntegers() const
{
    const TypeRow &type = row(m_type);
    if (!m_isArray || !type.integer)
        return std::nullopt;
    std::vector<int64_t> values(m_count);
    for (uint64_t i = 0; i < m_count; ++i) {
        const std::optional<int64_t> value = type.integer(m_bytes.data() + i * type.bytes);
        if (!value)
            return std::nullopt;
        values[i] = *value;
    }
    return values;
}

std::optional<std::vector<float>> GgufValue::asFloats() const
{
    const TypeRow &type = row(m_type);
    if (!m_isArray || !type.real)
        return std::nullopt;
    std::vector<float> values(m_count);
    for (uint64_t i = 0; i < m_count; ++i)
        values[i] = type.real(m_bytes.data() + i * type.bytes);
    return values;
}

} // namespace lathe
