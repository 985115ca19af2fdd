// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/base64.h"

#include <cstdint>

namespace lathe {

std::optional<std::vector<std::byte>> decodeBase64(std::string_view text)
{
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (text.size() % 4 != 0)
        return std::nullopt;
    const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    text.remove_suffix(padding);
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const size_t value = kAlphabet.find(c);
        if (value == kAlphabet.npos)
            return std::nullopt;
        held = held << 6 | uint32_t(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(std::byte(held >> bits & 0xFF));
        }
    }
    if ((held & ((uint32_t(1) << bits) - 1)) != 0) // bits that no byte takes
        return std::nullopt;
    return bytes;
}

} // namespace lathe
