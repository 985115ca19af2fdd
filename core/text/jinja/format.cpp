// SPDX-License-Identifier: GPL-3.0-or-later
// Python's two ways of formatting: '%s' % value and '{}'.format(value).
#include "core/text/jinja/literal.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lathe::jinja {

namespace {

/// One placeholder, of either kind.
struct Spec {
    std::string fill = " ";
    char align = 0; ///< < > ^ = or 0: by type
    char sign = '-';
    bool alternate = false;
    bool grouped = false;
    int64_t width = 0;
    int64_t precision = -1;
    char type = 0;
};

constexpr int64_t kMaxPrecision = 100;

int64_t readWidth(Machine &machine, std::string_view text, size_t &pos)
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

void pad(TextBuilder &out, const Text &text, const Spec &spec, char byType)
{
    const auto length = static_cast<int64_t>(text.length());
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

std::string groupedDigits(const std::string &digits)
{
    size_t end = digits.find_first_of(".e");
    end = end == std::string::npos ? digits.size() : end;
    std::string out = digits.substr(0, end);
    for (size_t at = end; at > 3; at -= 3)
        out.insert(at - 3, ",");
    return out + digits.substr(end);
}

std::string signedText(const Spec &spec, bool negative, const std::string &digits)
{
    const std::string sign = negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
    return sign + (spec.grouped ? groupedDigits(digits) : digits);
}

std::string integerText(const Spec &spec, int64_t value)
{
    const uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    std::string digits;
    const unsigned base = spec.type == 'x' || spec.type == 'X' ? 16
                          : spec.type == 'o'                   ? 8
                          : spec.type == 'b'                   ? 2
                                                               : 10;
    uint64_t rest = magnitude;
    do {
        digits.insert(digits.begin(),
                      (spec.type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef")[rest % base]);
        rest /= base;
    } while (rest > 0);
    if (spec.precision > static_cast<int64_t>(digits.size()))
        digits.insert(0, static_cast<size_t>(spec.precision) - digits.size(), '0');
    if (spec.alternate && base != 10)
        digits = std::string("0") + spec.type + digits;
    return signedText(spec, value < 0, digits);
}

std::string floatText(const Spec &spec, double value)
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

/// The number that a placeholder of `spec` gets, written out.
std::string numberText(Machine &machine, const Spec &spec, const Value &value)
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

TextRef clipped(Machine &machine, const TextRef &text, int64_t precision)
{
    if (precision < 0 || precision >= static_cast<int64_t>(text->length()))
        return text;
    return sliceText(machine, text, 0, byteOffset(machine, *text, static_cast<size_t>(precision)));
}

/// Python's % on a string.
class PercentFormat
{
public:
    PercentFormat(Machine &machine, const Text &format, const Value &args)
        : m_machine(machine), m_format(format), m_args(args), m_tuple(args.isList() && args.list()->tuple),
          m_out(machine)
    {
    }
    TextRef run();

private:
    Spec readSpec(size_t &pos);
    int64_t starOrWidth(size_t &pos);
    const Value &nextValue();
    void placeholder(const Spec &spec);

    Machine &m_machine;
    const Text &m_format;
    const Value &m_args;
    bool m_tuple;
    TextBuilder m_out;
    size_t m_used = 0;
    bool m_byName = false;
    Value m_named;
};

const Value &PercentFormat::nextValue()
{
    if (m_byName)
        return m_named;
    const size_t available = m_tuple ? m_args.list()->items.size() : 1;
    if (m_used >= available)
        m_machine.fail("a format has more places than values");
    const size_t at = m_used++;
    return m_tuple ? m_args.list()->items[at] : m_args;
}

int64_t PercentFormat::starOrWidth(size_t &pos)
{
    const std::string_view text = m_format.view();
    if (pos >= text.size() || text[pos] != '*')
        return readWidth(m_machine, text, pos);
    ++pos;
    const Value &value = nextValue();
    const auto limit = static_cast<int64_t>(m_machine.limits().textBytes);
    if (!value.isIntegral() || value.integer() > limit || value.integer() < -limit)
        m_machine.fail("the width of a format is no number or too large");
    return value.integer();
}

Spec PercentFormat::readSpec(size_t &pos)
{
    const std::string_view text = m_format.view();
    Spec spec;
    if (pos < text.size() && text[pos] == '(') {
        const size_t end = text.find(')', pos);
        if (end == std::string_view::npos || !m_args.isDict())
            m_machine.fail("a format with names needs a mapping");
        m_byName = true;
        const Value *found = m_args.dict()->find(m_machine, text.substr(pos + 1, end - pos - 1));
        if (!found)
            m_machine.fail("the format’s value " + quoted(text.substr(pos + 1, end - pos - 1)) +
                           " is missing");
        m_named = *found;
        pos = end + 1;
    }
    for (; pos < text.size() && std::string_view("-+ 0#").find(text[pos]) != std::string_view::npos; ++pos) {
        const char flag = text[pos];
        if (flag == '-')
            spec.align = '<';
        else if (flag == '0' && spec.align != '<')
            spec.fill = "0", spec.align = '=';
        else if (flag == '#')
            spec.alternate = true;
        else if (flag == '+' || (flag == ' ' && spec.sign != '+'))
            spec.sign = flag;
    }
    spec.width = starOrWidth(pos);
    if (spec.width < 0)
        spec.align = '<', spec.width = -spec.width;
    if (pos < text.size() && text[pos] == '.')
        spec.precision = std::max<int64_t>(starOrWidth(++pos), 0);
    while (pos < text.size() && (text[pos] == 'l' || text[pos] == 'h' || text[pos] == 'L'))
        ++pos;
    spec.type = pos < text.size() ? text[pos++] : '\0';
    return spec;
}

void PercentFormat::placeholder(const Spec &spec)
{
    if (spec.type == '%') {
        m_out.append("%");
        return;
    }
    const Value &value = nextValue();
    Spec padding = spec;
    if (spec.type == 's' || spec.type == 'r' || spec.type == 'a') {
        TextBuilder text(m_machine);
        if (spec.type == 's')
            appendText(text, m_machine, value);
        else
            appendRepr(text, m_machine, value);
        padding.fill = " ";
        padding.align = spec.align == '=' ? '>' : spec.align;
        pad(m_out, *clipped(m_machine, text.finish(), spec.precision), padding, '>');
        return;
    }
    if (spec.type == 'c' && value.isString() && value.text()->length() == 1) {
        pad(m_out, *value.text(), padding, '>');
        return;
    }
    if (std::string_view("diuoxXeEfFgG").find(spec.type) == std::string_view::npos || spec.type == 0)
        m_machine.fail("a format has the unknown type " +
                       quoted(std::string_view(&spec.type, spec.type ? 1 : 0)));
    pad(m_out, *makeText(m_machine, numberText(m_machine, spec, value)), padding, '>');
}

TextRef PercentFormat::run()
{
    const std::string_view text = m_format.view();
    for (size_t pos = 0; pos < text.size();) {
        const size_t percent = std::min(text.find('%', pos), text.size());
        m_out.append(m_format, pos, percent);
        pos = percent + 1;
        if (percent < text.size())
            placeholder(readSpec(pos));
    }
    const bool plain = !m_tuple && (m_args.isDict() || m_args.isList());
    if (!m_byName && !plain && m_used < (m_tuple ? m_args.list()->items.size() : 1))
        m_machine.fail("a format has fewer places than values");
    return m_out.finish();
}

/// str.format.
class BraceFormat
{
public:
    BraceFormat(Machine &machine, const Text &format, const Args &args)
        : m_machine(machine), m_format(format), m_args(args), m_out(machine)
    {
    }
    TextRef run();

private:
    void field(std::string_view inside);
    Value lookUp(std::string_view name);
    Value first(std::string_view name);
    Spec readSpec(std::string_view text);

    Machine &m_machine;
    const Text &m_format;
    const Args &m_args;
    TextBuilder m_out;
    size_t m_next = 0;
};

Value BraceFormat::first(std::string_view name)
{
    const auto index =
        name.empty() ? std::optional<int64_t>(static_cast<int64_t>(m_next++)) : parseInteger(name, 10);
    if (index) {
        if (*index < 0 || static_cast<size_t>(*index) >= m_args.positional.size())
            m_machine.fail("a format has more places than values");
        return m_args.positional[static_cast<size_t>(*index)];
    }
    for (const auto &[known, value] : m_args.named)
        if (known == name)
            return value;
    m_machine.fail("the format’s value " + quoted(name) + " is missing");
}

/// name, name.attribute or name[key], in a row.
Value BraceFormat::lookUp(std::string_view name)
{
    size_t pos = std::min(name.find_first_of(".["), name.size());
    Value value = first(name.substr(0, pos));
    while (pos < name.size()) {
        const bool item = name[pos] == '[';
        const size_t end =
            item ? name.find(']', pos) : std::min(name.find_first_of(".[", pos + 1), name.size());
        if (end == std::string_view::npos)
            m_machine.fail("a ‘[’ of a format is not closed");
        const std::string_view part = name.substr(pos + 1, end - pos - 1);
        const auto index = item ? parseInteger(part, 10) : std::nullopt;
        value = item ? itemOf(m_machine, value, index ? Value(*index) : m_machine.text(part))
                     : attributeOf(m_machine, value, m_machine.text(part));
        m_machine.requireDefined(value);
        pos = end + (item ? 1 : 0);
    }
    return value;
}

Spec BraceFormat::readSpec(std::string_view text)
{
    static constexpr std::string_view kAligns = "<>^=";
    Spec spec;
    size_t pos = 0;
    const auto at = [&](size_t i) { return i < text.size() ? text[i] : '\0'; };
    const size_t fillLength = text.empty() ? 0 : unitAt(text, 0).length;
    if (fillLength > 0 && at(fillLength) && kAligns.find(at(fillLength)) != std::string_view::npos) {
        spec.fill = std::string(text.substr(0, fillLength));
        spec.align = at(fillLength);
        pos = fillLength + 1;
    } else if (at(0) && kAligns.find(at(0)) != std::string_view::npos) {
        spec.align = at(pos++);
    }
    if (at(pos) == '+' || at(pos) == '-' || at(pos) == ' ')
        spec.sign = at(pos++);
    if (at(pos) == '#')
        spec.alternate = at(pos++) == '#';
    if (at(pos) == '0' && !spec.align) {
        spec.fill = "0";
        spec.align = '=';
    }
    spec.width = readWidth(m_machine, text, pos);
    if (at(pos) == ',')
        spec.grouped = at(pos++) == ',';
    if (at(pos) == '.')
        spec.precision = readWidth(m_machine, text, ++pos);
    spec.type = at(pos);
    if (pos + 1 < text.size())
        m_machine.fail("the format " + quoted(text) + " is malformed");
    return spec;
}

void BraceFormat::field(std::string_view inside)
{
    const size_t colon = std::min(inside.find(':'), inside.size());
    std::string_view name = inside.substr(0, colon);
    const bool repr = name.ends_with("!r");
    if (repr || name.ends_with("!s"))
        name.remove_suffix(2);
    const Value value = lookUp(name);
    const Spec spec = readSpec(inside.substr(std::min(colon + 1, inside.size())));
    const bool number = !repr && value.isNumber() && (spec.type || !value.isBool()) && spec.type != 's';
    const bool bare =
        colon >= inside.size() || (number && value.isFloat() && !spec.type && spec.precision < 0);
    if (number && !bare && (spec.type || value.isFloat() || value.isInt())) {
        pad(m_out,
            *makeText(m_machine, numberText(
                                     m_machine,
                                     [&] {
                                         Spec typed = spec;
                                         typed.type = spec.type ? spec.type : value.isFloat() ? 'g' : 'd';
                                         return typed;
                                     }(),
                                     value)),
            spec, '>');
        return;
    }
    TextBuilder text(m_machine);
    repr ? appendRepr(text, m_machine, value) : appendText(text, m_machine, value);
    pad(m_out, *clipped(m_machine, text.finish(), spec.precision), spec, number ? '>' : '<');
}

TextRef BraceFormat::run()
{
    const std::string_view text = m_format.view();
    for (size_t pos = 0; pos < text.size();) {
        const size_t brace = std::min(text.find_first_of("{}", pos), text.size());
        m_out.append(m_format, pos, brace);
        pos = brace + 1;
        if (brace >= text.size())
            break;
        if (pos < text.size() && text[pos] == text[brace]) {
            m_out.append(m_format, pos, pos + 1);
            ++pos;
            continue;
        }
        const size_t end = text.find('}', pos);
        if (text[brace] == '}' || end == std::string_view::npos)
            m_machine.fail("a brace of a format stands alone");
        field(text.substr(pos, end - pos));
        pos = end + 1;
    }
    return m_out.finish();
}

} // namespace

TextRef percentFormat(Machine &machine, const Text &format, const Value &args)
{
    return PercentFormat(machine, format, args).run();
}

TextRef braceFormat(Machine &machine, const Text &format, const Args &args)
{
    return BraceFormat(machine, format, args).run();
}

} // namespace lathe::jinja
