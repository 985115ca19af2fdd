// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace lathe {

/// Types of metadata values, with the numbers they have in a file.
enum class GgufType : uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64, Count };

/// "u32", "string", …
std::string_view ggufTypeName(GgufType type);
/// Bytes of one value in a file; 0 for strings and arrays, whose length varies.
uint64_t ggufTypeBytes(GgufType type);

/// One metadata value: a view of bytes that were checked when the file was opened, valid as long as the file.
/// A conversion that the type does not allow gives nothing; numbers are never rounded or cut to fit.
class GgufValue
{
public:
    /// A scalar, or an array of `count` elements of `type`. `bytes` must hold exactly the value's bytes.
    static GgufValue scalar(GgufType type, std::span<const std::byte> bytes)
    {
        return {type, false, 1, bytes};
    }
    static GgufValue array(GgufType type, uint64_t count, std::span<const std::byte> bytes)
    {
        return {type, true, count, bytes};
    }

    bool isArray() const { return m_isArray; }
    /// The scalar's type, or that of the array's elements.
    GgufType elementType() const { return m_type; }
    /// Elements of the array; 1 for a scalar.
    uint64_t count() const { return m_count; }
    /// The bytes in the file, without type and count.
    std::span<const std::byte> bytes() const { return m_bytes; }

    /// Scalars. Integers of any width count as integers, F32 and F64 as floats.
    std::optional<uint64_t> asU64() const;
    std::optional<int64_t> asI64() const;
    std::optional<float> asF32() const;
    std::optional<bool> asBool() const;
    std::optional<std::string_view> asString() const; ///< any bytes, not always UTF-8

    /// Arrays.
    std::optional<std::vector<std::string_view>> asStrings() const;
    std::optional<std::vector<int64_t>> asIntegers() const;
    std::optional<std::vector<float>> asFloats() const;

private:
    GgufValue(GgufType type, bool isArray, uint64_t count, std::span<const std::byte> bytes)
        : m_type(type), m_isArray(isArray), m_count(count), m_bytes(bytes)
    {
    }

    GgufType m_type;
    bool m_isArray;
    uint64_t m_count;
    std::span<const std::byte> m_bytes;
};

} // namespace lathe
