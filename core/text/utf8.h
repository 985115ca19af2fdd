// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lathe {

/// Bytes of the well-formed UTF-8 character at `at` (1…4), or 0 where there is none (Unicode 15, table 3-7).
inline size_t utf8Length(std::string_view text, size_t at)
{
    const auto byte = [&](size_t i) { return at + i < text.size() ? uint8_t(text[at + i]) : uint8_t(0); };
    const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const uint8_t lead = byte(0);
    if (lead < 0x80)
        return at < text.size() ? 1 : 0;
    if (lead >= 0xC2 && lead <= 0xDF)
        return continues(1) ? 2 : 0;
    if ((lead & 0xF0) == 0xE0) {
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool overlong = lead == 0xF0 && byte(1) < 0x90;
        const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
        return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

/// Bytes of `text` from its start that are well-formed UTF-8, or (`wellFormed` false) that are not.
inline size_t utf8RunLength(std::string_view text, bool wellFormed)
{
    size_t at = 0;
    while (at < text.size()) {
        const size_t length = utf8Length(text, at);
        if ((length > 0) != wellFormed)
            break;
        at += length > 0 ? length : 1;
    }
    return at;
}

} // namespace lathe
