// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/printable.h"

#include "core/base/bytes.h"

namespace lathe {

std::string printable(std::string_view text, size_t limitBytes)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    const bool cut = text.size() > limitBytes;
    if (cut) {
        text = text.substr(0, limitBytes);
        text.remove_suffix(incompleteUtf8Tail(text));
    }
    std::string out;
    for (const char c : toValidUtf8(text)) {
        const auto byte = uint8_t(c);
        if (byte >= 0x20 && byte != 0x7F)
            out += c;
        else
            out += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return cut ? out + "…" : out;
}

} // namespace lathe
