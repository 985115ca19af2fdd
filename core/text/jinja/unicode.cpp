// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <utf8proc.h>

namespace lathe::jinja {

namespace {

constexpr char32_t kStrayByte = 0xDC00;

bool isStray(char32_t code)
{
    return code >= kStrayByte && code <= kStrayByte + 0xFF;
}

utf8proc_category_t categoryOf(char32_t code)
{
    return isStray(code) ? UTF8PROC_CATEGORY_CS : utf8proc_category(static_cast<utf8proc_int32_t>(code));
}

} // namespace

Unit unitAt(std::string_view bytes, size_t pos)
{
    const auto lead = static_cast<unsigned char>(bytes[pos]);
    if (lead < 0x80)
        return {lead, 1};
    utf8proc_int32_t code = 0;
    const auto room = static_cast<utf8proc_ssize_t>(std::min<size_t>(4, bytes.size() - pos));
    const auto length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t *>(bytes.data() + pos), room, &code);
    if (length <= 0)
        return {kStrayByte + lead, 1};
    return {static_cast<char32_t>(code), static_cast<size_t>(length)};
}

size_t countUnits(std::string_view bytes)
{
    size_t count = 0;
    for (size_t pos = 0; pos < bytes.size(); pos += unitAt(bytes, pos).length)
        ++count;
    return count;
}

bool isAscii(std::string_view bytes)
{
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool isValidUtf8(std::string_view bytes)
{
    for (size_t pos = 0; pos < bytes.size();) {
        const Unit unit = unitAt(bytes, pos);
        if (isStray(unit.code))
            return false;
        pos += unit.length;
    }
    return true;
}

void appendUnit(std::string &out, char32_t code)
{
    if (isStray(code)) {
        out.push_back(static_cast<char>(code - kStrayByte));
        return;
    }
    utf8proc_uint8_t buffer[4];
    const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), buffer);
    out.append(reinterpret_cast<const char *>(buffer),
               static_cast<size_t>(std::max<utf8proc_ssize_t>(length, 0)));
}

char32_t upperOf(char32_t code)
{
    return isStray(code) ? code
                         : static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(code)));
}

char32_t lowerOf(char32_t code)
{
    return isStray(code) ? code
                         : static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code)));
}

char32_t titleOf(char32_t code)
{
    return isStray(code) ? code
                         : static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(code)));
}

bool isSpace(char32_t code)
{
    return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x20) || code == 0x85 || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
           code == 0x202F || code == 0x205F || code == 0x3000;
}

bool isLineBreak(char32_t code)
{
    return (code >= 0x0A && code <= 0x0D) || (code >= 0x1C && code <= 0x1E) || code == 0x85 ||
           code == 0x2028 || code == 0x2029;
}

bool isAlpha(char32_t code)
{
    const auto category = categoryOf(code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool isDecimal(char32_t code)
{
    return categoryOf(code) == UTF8PROC_CATEGORY_ND;
}

bool isDigit(char32_t code)
{
    return isDecimal(code) || code == 0xB2 || code == 0xB3 || code == 0xB9 || code == 0x2070 ||
           (code >= 0x2074 && code <= 0x2079) || (code >= 0x2080 && code <= 0x2089) ||
           (code >= 0x2460 && code <= 0x2468);
}

bool isNumeric(char32_t code)
{
    const auto category = categoryOf(code);
    return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
}

bool isLower(char32_t code)
{
    return categoryOf(code) == UTF8PROC_CATEGORY_LL || code == 0xAA || code == 0xBA;
}

bool isUpper(char32_t code)
{
    return categoryOf(code) == UTF8PROC_CATEGORY_LU;
}

bool isTitle(char32_t code)
{
    return categoryOf(code) == UTF8PROC_CATEGORY_LT;
}

bool isCased(char32_t code)
{
    return isLower(code) || isUpper(code) || isTitle(code);
}

bool isPrintable(char32_t code)
{
    const auto category = categoryOf(code);
    const bool separator = category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP;
    const bool other = category >= UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CN;
    return code == ' ' || (!separator && !other);
}

bool isWord(char32_t code)
{
    return code == '_' || isAlpha(code) || isNumeric(code);
}

bool isIdentifierStart(char32_t code)
{
    return code == '_' || isAlpha(code) || categoryOf(code) == UTF8PROC_CATEGORY_NL;
}

} // namespace lathe::jinja
