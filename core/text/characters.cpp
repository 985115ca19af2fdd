// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/characters.h"

#include "core/text/utf8.h"

#include <utf8proc.h>

namespace lathe {

namespace {

utf8proc_category_t categoryOf(char32_t code)
{
    return utf8proc_category(utf8proc_int32_t(code));
}

bool isAsciiPunctuation(char32_t c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

/// Letters that Unicode has among its symbols: circled and squared Latin ones.
bool isAlphabeticSymbol(char32_t c)
{
    return (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
           (c >= 0x1F170 && c <= 0x1F189);
}

} // namespace

Character characterAt(std::string_view text, size_t at)
{
    const auto byte = [&](size_t i) { return at + i < text.size() ? char32_t(uint8_t(text[at + i])) : 0; };
    const char32_t lead = byte(0);
    if (lead < 0x80)
        return {lead, 1};
    if (lead < 0xE0)
        return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), 2};
    if (lead < 0xF0)
        return {(lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
    return {(lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

Character characterBefore(std::string_view text, size_t end)
{
    size_t at = end - 1;
    while (at > 0 && (uint8_t(text[at]) & 0xC0) == 0x80)
        --at;
    return characterAt(text, at);
}

void appendCharacter(std::string &out, char32_t code)
{
    utf8proc_uint8_t bytes[4];
    const auto count = utf8proc_encode_char(utf8proc_int32_t(code), bytes);
    out.append(reinterpret_cast<const char *>(bytes), size_t(count));
}

bool isWhiteSpace(char32_t c)
{
    return (c >= 0x9 && c <= 0xD) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

bool isNumber(char32_t code)
{
    const auto c = categoryOf(code);
    return c == UTF8PROC_CATEGORY_ND || c == UTF8PROC_CATEGORY_NL || c == UTF8PROC_CATEGORY_NO;
}

bool isPunctuation(char32_t code)
{
    const auto c = categoryOf(code);
    return isAsciiPunctuation(code) || (c >= UTF8PROC_CATEGORY_PC && c <= UTF8PROC_CATEGORY_PO);
}

bool isMark(char32_t code)
{
    const auto c = categoryOf(code);
    return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}

bool isWordCharacter(char32_t code)
{
    const auto c = categoryOf(code);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) || isMark(code) ||
           c == UTF8PROC_CATEGORY_ND || c == UTF8PROC_CATEGORY_NL || c == UTF8PROC_CATEGORY_PC ||
           isAlphabeticSymbol(code) || code == 0x200C || code == 0x200D;
}

size_t leadingSpace(std::string_view text)
{
    size_t at = 0;
    while (at < text.size()) {
        const Character c = characterAt(text, at);
        if (!isWhiteSpace(c.code) || utf8Length(text, at) != c.length)
            break;
        at += c.length;
    }
    return at;
}

size_t trailingSpace(std::string_view text)
{
    size_t end = text.size();
    while (end > 0) {
        const Character c = characterBefore(text, end);
        if (!isWhiteSpace(c.code) || c.length > end ||
            utf8Length(text.substr(0, end), end - c.length) != c.length)
            break;
        end -= c.length;
    }
    return text.size() - end;
}

} // namespace lathe
