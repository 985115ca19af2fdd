// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace lathe {

/// Reads a little-endian scalar at any alignment.
template <class T> T loadLe(const std::byte *at)
{
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

/// IEEE 754 binary16 bits → float, by bits (clang 14 rejects _Float16).
float halfToFloat(uint16_t bits);
/// float → binary16 bits, round to nearest even.
uint16_t floatToHalf(float value);
/// bfloat16 bits → float.
float bfloatToFloat(uint16_t bits);
/// float → bfloat16 bits, round to nearest even, NaN kept quiet.
uint16_t floatToBfloat(float value);

/// Lower-case hex of `bytes`.
std::string toHex(std::span<const std::byte> bytes);

/// Whether `text` is well-formed UTF-8.
bool isValidUtf8(std::string_view text);
/// `text` with every malformed byte replaced by U+FFFD: safe to put into JSON.
std::string toValidUtf8(std::string_view text);
/// Bytes at the end of `text` that are the beginning of a character still to come (0…3).
size_t incompleteUtf8Tail(std::string_view text);

} // namespace lathe
