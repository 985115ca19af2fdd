// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// What reader and writer of GGUF agree on; numbers of the format's own page (gguf.md) where it has any.
namespace lathe {

constexpr uint32_t kGgufMagic = 0x46554747; // "GGUF"
/// Alignment of tensor data where `general.alignment` does not say otherwise.
constexpr uint64_t kGgufDefaultAlignment = 32;
constexpr uint64_t kGgufMaxAlignment = 1 << 20;
constexpr size_t kGgufMaxKeyBytes = 65535;
constexpr size_t kGgufMaxTensorNameBytes = 64;
constexpr size_t kGgufMaxDimensions = 4;

constexpr bool isGgufAlignment(uint64_t value)
{
    return value >= 8 && value <= kGgufMaxAlignment && (value & (value - 1)) == 0;
}

/// Whether `text` may be a key or the name of a tensor: 1…limit bytes of UTF-8 without control characters.
inline bool isGgufName(std::string_view text, size_t limit)
{
    const auto isControl = [](char c) { return uint8_t(c) < 0x20 || c == 0x7F; };
    return !text.empty() && text.size() <= limit && std::none_of(text.begin(), text.end(), isControl) &&
           isValidUtf8(text);
}

} // namespace lathe
