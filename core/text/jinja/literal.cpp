// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/literal.h"

#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace lathe::jinja {

namespace {

bool isDigitOf(char c, int base)
{
    const int value = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 10
                      : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                             : 99;
    return value < base;
}

/// The end of digits with single underscores between them; `pos` itself if there is none.
size_t digitsEnd(std::string_view text, size_t pos, int base)
{
    const auto digitAt = [&](size_t at) { return at < text.size() && isDigitOf(text[at], base); };
    if (!digitAt(pos))
        return pos;
    while (digitAt(pos) || (pos < text.size() && text[pos] == '_' && digitAt(pos + 1)))
        ++pos;
    return pos;
}

std::string withoutUnderscores(std::string_view text)
{
    std::string out(text);
    std::erase(out, '_');
    return out;
}

std::string_view stripped(std::string_view text)
{
    while (!text.empty() && isSpace(static_cast<unsigned char>(text.front())))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(static_cast<unsigned char>(text.back())))
        text.remove_suffix(1);
    return text;
}

int prefixedBase(std::string_view text)
{
    if (text.size() < 2 || text[0] != '0')
        return 10;
    const char mark = static_cast<char>(text[1] | 0x20);
    return mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
}

std::optional<char32_t> hexEscape(std::string_view text, size_t pos, size_t digits)
{
    uint32_t code = 0;
    const std::string_view hex = text.substr(std::min(pos, text.size()), digits);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (hex.size() < digits || error != std::errc() || end != hex.data() + digits || code > 0x10FFFF)
        return std::nullopt;
    return code;
}

/// Resolves the escape whose letter is at `pos`; moves `pos` behind it. False: malformed.
bool decodeEscape(std::string_view text, size_t &pos, std::string &out)
{
    static constexpr std::string_view kLetters = "abfnrtv\\'\"";
    static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
    const char letter = text[pos++];
    if (const size_t known = kLetters.find(letter); known != std::string_view::npos) {
        out.push_back(kMeanings[known]);
        return true;
    }
    if (letter == '\n')
        return true;
    if (letter == 'x' || letter == 'u' || letter == 'U') {
        const size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
        const auto code = hexEscape(text, pos, digits);
        if (!code || (*code >= 0xD800 && *code <= 0xDFFF))
            return false;
        appendUnit(out, *code);
        pos += digits;
        return true;
    }
    if (isDigitOf(letter, 8)) {
        char32_t code = static_cast<char32_t>(letter - '0');
        for (int more = 0; more < 2 && pos < text.size() && isDigitOf(text[pos], 8); ++more)
            code = code * 8 + static_cast<char32_t>(text[pos++] - '0');
        appendUnit(out, code);
        return true;
    }
    if (letter == 'N')
        return false; // names of characters
    out.push_back('\\');
    out.push_back(letter);
    return true;
}

} // namespace

Number readNumber(std::string_view text, bool afterDot)
{
    Number result;
    const int base = prefixedBase(text);
    if (base != 10) {
        const size_t begin = 2 + (text.size() > 2 && text[2] == '_' ? 1 : 0);
        const size_t end = digitsEnd(text, begin, base);
        if (end > begin) {
            const auto value = parseInteger(text.substr(2, end - 2), base);
            return value ? Number{end, false, *value, 0} : Number{};
        }
    }
    size_t end = digitsEnd(text, 0, 10);
    const size_t wholeEnd = end;
    if (!afterDot) {
        if (end + 1 < text.size() && text[end] == '.' && digitsEnd(text, end + 1, 10) > end + 1)
            end = digitsEnd(text, end + 1, 10);
        if (end < text.size() && (text[end] | 0x20) == 'e') {
            const size_t sign =
                end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-') ? 1 : 0;
            const size_t exponentEnd = digitsEnd(text, end + 1 + sign, 10);
            end = exponentEnd > end + 1 + sign ? exponentEnd : end;
        }
    }
    if (end > wholeEnd) {
        result = {end, true, 0, parseFloat(text.substr(0, end)).value_or(0)};
        return result;
    }
    size_t integerEnd = wholeEnd;
    if (text[0] == '0') // a leading zero stands alone or before zeros
        integerEnd = std::min(text.find_first_not_of("0_"), wholeEnd);
    const auto value = parseInteger(text.substr(0, integerEnd), 10);
    return value ? Number{integerEnd, false, *value, 0} : Number{};
}

std::optional<std::string> decodeString(std::string_view inside)
{
    std::string out;
    out.reserve(inside.size());
    for (size_t pos = 0; pos < inside.size();) {
        const char c = inside[pos++];
        if (c != '\\')
            out.push_back(c);
        else if (pos >= inside.size() || !decodeEscape(inside, pos, out))
            return std::nullopt;
    }
    return out;
}

std::optional<int64_t> parseInteger(std::string_view text, int base)
{
    text = stripped(text);
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+'))
        text.remove_prefix(1);
    const int prefix = prefixedBase(text);
    if (prefix != 10 && (base == prefix || base == 0))
        text.remove_prefix(2);
    const int digits = base == 0 ? prefix : base;
    if (text.empty() || digitsEnd(text, 0, digits) != text.size())
        return std::nullopt;
    const std::string plain = (negative ? "-" : "") + withoutUnderscores(text);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value, digits);
    return error == std::errc() && end == plain.data() + plain.size() ? std::optional<int64_t>(value)
                                                                      : std::nullopt;
}

std::optional<double> parseFloat(std::string_view text)
{
    std::string plain = withoutUnderscores(stripped(text));
    if (!plain.empty() && plain[0] == '+')
        plain.erase(0, 1);
    double value = 0;
    const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
    if (end != plain.data() + plain.size() || plain.empty())
        return std::nullopt;
    if (error == std::errc::result_out_of_range) // from_chars leaves the value alone: too large or too small
        return plain.find("e-") != std::string::npos || plain.find("E-") != std::string::npos
                   ? 0.0
                   : (plain[0] == '-' ? -1 : 1) * std::numeric_limits<double>::infinity();
    return error == std::errc() ? std::optional<double>(value) : std::nullopt;
}

} // namespace lathe::jinja
