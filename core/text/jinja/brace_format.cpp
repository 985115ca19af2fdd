// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/format_spec.h"
#include "core/text/jinja/literal.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

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
    FormatSpec readSpec(std::string_view text);

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
    m_machine.step(m_args.named.size() / 8);
    for (const auto &[known, value] : m_args.named)
        if (known == name)
            return value;
    m_machine.fail("the format’s value " + inQuotes(name) + " is missing");
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

FormatSpec BraceFormat::readSpec(std::string_view text)
{
    static constexpr std::string_view kAligns = "<>^=";
    FormatSpec spec;
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
    spec.width = readFormatWidth(m_machine, text, pos);
    if (at(pos) == ',')
        spec.grouped = at(pos++) == ',';
    if (at(pos) == '.')
        spec.precision = readFormatWidth(m_machine, text, ++pos);
    spec.type = at(pos);
    if (pos + 1 < text.size())
        m_machine.fail("the format " + inQuotes(text) + " is malformed");
    return spec;
}

void BraceFormat::field(std::string_view inside)
{
    m_machine.step(4); // a specification, a text of its own
    const size_t colon = std::min(inside.find(':'), inside.size());
    std::string_view name = inside.substr(0, colon);
    const bool repr = name.ends_with("!r");
    const bool asText = repr || name.ends_with("!s");
    if (asText)
        name.remove_suffix(2);
    const Value value = lookUp(name);
    FormatSpec spec = readSpec(inside.substr(std::min(colon + 1, inside.size())));
    const bool number = !asText && value.isNumber();
    if (number && colon + 1 < inside.size() && (value.isIntegral() || spec.type || spec.precision >= 0)) {
        const FormatSpec padding = spec;
        spec.type = spec.type ? spec.type : value.isFloat() ? 'g' : 'd';
        padFormatted(m_out, *makeText(m_machine, formatNumber(m_machine, spec, value)), padding, '>');
        return;
    }
    if (spec.type && spec.type != 's')
        m_machine.fail("the format " + inQuotes(inside) + " does not go with ‘" +
                       std::string(typeNameOf(value)) + "’");
    TextBuilder text(m_machine);
    if (repr)
        appendRepr(text, m_machine, value);
    else
        appendText(text, m_machine, value);
    padFormatted(m_out, *clipFormatted(m_machine, text.finish(), spec.precision), spec, number ? '>' : '<');
}

TextRef BraceFormat::run()
{
    const std::string_view text = m_format.view();
    m_machine.step(text.size() / 8);
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

TextRef braceFormat(Machine &machine, const Text &format, const Args &args)
{
    return BraceFormat(machine, format, args).run();
}

} // namespace lathe::jinja
