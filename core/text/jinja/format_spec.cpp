// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/format_spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace lathe::jinja {

namespace {

constexpr int64_t kMaxPrecision = 100;

std::string groupedDigits(const std::string &digits)
{
    size_t end = digits.find_first_of(".e");
    end = end == std::string::npos ? digits.size() : end;
    std::string out = digits.substr(0, end);
    for (size_t at = end; at > 3; at -= 3)
        out.insert(at - 3, ",");
    return out + digits.substr(end);
}

std::string signedText(const FormatSpec &spec, bool negative, const std::string &digits)
{
    const std::string sign = negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
    return sign + (spec.grouped ? groupedDigits(digits) : digits);
}

std::string integerText(const FormatSpec &spec, int64_t value)
{
    const uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    const int base = spec.type == 'x' || spec.type == 'X' ? 16
                     : spec.type == 'o'                   ? 8
                     : spec.type == 'b'                   ? 2
                                                          : 10;
    char buffer[72];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude, base).ptr;
    std::string digits(buffer, end);
    if (spec.type == 'X')
        for (char &c : digits)
            c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    if (spec.precision > static_cast<int64_t>(digits.size()))
        digits.insert(0, static_cast<size_t>(spec.precision) - digits.size(), '0');
    if (spec.alternate && base != 10)
        digits = std::string("0") + spec.type + digits;
    return signedText(spec, value < 0, digits);
}

std::string floatText(const FormatSpec &spec, double value)
{
    if (!std::isfinite(value))
        return signedText(spec, std::signbit(value), std::isnan(value) ? "nan" : "inf");
    const char type = spec.type == '%' ? 'f' : spec.type ? spec.type : 'g';
    const char format[] = {'%',
                           spec.alternate ? '#' : '.',
                           spec.alternate ? '.' : '*',
                           spec.alternate ? '*' : type,
                           spec.alternate ? type : '\0',
                           '\0'};
    char buffer[512];
    const double magnitude = std::fabs(spec.type == '%' ? value * 100 : value);
    const int precision = static_cast<int>(spec.precision < 0 ? 6 : spec.precision);
    std::snprintf(buffer, sizeof buffer, format, precision, magnitude);
    return signedText(spec, std::signbit(value), std::string(buffer) + (spec.type == '%' ? "%" : ""));
}

bool isFloatType(char type)
{
    return std::string_view("eEfFgG%").find(type) != std::string_view::npos && type != 0;
}

} // namespace

int64_t readFormatWidth(Machine &machine, std::string_view text, size_t &pos)
{
    int64_t value = 0;
    while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') {
        value = value * 10 + (text[pos++] - '0');
        if (value > static_cast<int64_t>(machine.limits().textBytes))
            machine.fail("a format asks for a text over " + std::to_string(machine.limits().textBytes >> 20) +
                         " MiB");
    }
    return value;
}

void padFormatted(TextBuilder &out, const Text &text, const FormatSpec &spec, char byType)
{
    const auto length = static_cast<int64_t>(lengthOf(out.budget(), text));
    const auto room = static_cast<uint64_t>(std::max<int64_t>(spec.width - length, 0));
    const char align = spec.align ? spec.align : byType;
    const uint64_t before = align == '<' ? 0 : align == '^' ? room / 2 : room;
    if (align == '=') { // between sign and digits
        const size_t sign = !text.bytes.empty() && (text.bytes[0] == '-' || text.bytes[0] == '+') ? 1 : 0;
        out.append(text, 0, sign);
        out.fill(spec.fill, room);
        out.append(text, sign, text.bytes.size());
        return;
    }
    out.fill(spec.fill, before);
    out.append(text);
    out.fill(spec.fill, room - before);
}

std::string formatNumber(Machine &machine, const FormatSpec &spec, const Value &value)
{
    machine.requireDefined(value);
    if (!value.isNumber())
        machine.fail("a format for numbers got ‘" + std::string(typeNameOf(value)) + "’");
    if (spec.precision > kMaxPrecision)
        machine.fail("a format asks for more than " + std::to_string(kMaxPrecision) + " digits");
    if (isFloatType(spec.type))
        return floatText(spec, value.number());
    if (!value.isFloat())
        return integerText(spec, value.integer());
    if (!(std::fabs(value.number()) < 9.2e18))
        machine.fail("an integer grows over 64 bits");
    return integerText(spec, static_cast<int64_t>(value.number()));
}

TextRef clipFormatted(Machine &machine, const TextRef &text, int64_t precision)
{
    if (precision < 0 || precision >= static_cast<int64_t>(lengthOf(machine, *text)))
        return text;
    return sliceText(machine, text, 0, byteOffset(machine, *text, static_cast<size_t>(precision)));
}

} // namespace lathe::jinja
