// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/format_spec.h"
#include "core/text/jinja/operators.h"

#include <algorithm>

namespace lathe::jinja {

namespace {

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
    FormatSpec readSpec(size_t &pos);
    int64_t starOrWidth(size_t &pos);
    const Value &nextValue();
    void placeholder(const FormatSpec &spec);

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
        return readFormatWidth(m_machine, text, pos);
    ++pos;
    const Value &value = nextValue();
    const auto limit = static_cast<int64_t>(m_machine.limits().textBytes);
    if (!value.isIntegral() || value.integer() > limit || value.integer() < -limit)
        m_machine.fail("the width of a format is no number or too large");
    return value.integer();
}

FormatSpec PercentFormat::readSpec(size_t &pos)
{
    const std::string_view text = m_format.view();
    FormatSpec spec;
    if (pos < text.size() && text[pos] == '(') {
        const size_t end = text.find(')', pos);
        if (end == std::string_view::npos || !m_args.isDict())
            m_machine.fail("a format with names needs a mapping");
        m_byName = true;
        const Value *found = m_args.dict()->find(m_machine, text.substr(pos + 1, end - pos - 1));
        if (!found)
            m_machine.fail("the format’s value " + inQuotes(text.substr(pos + 1, end - pos - 1)) +
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

void PercentFormat::placeholder(const FormatSpec &spec)
{
    const Value &value = nextValue();
    FormatSpec padding = spec;
    if (spec.type == 's' || spec.type == 'r' || spec.type == 'a') {
        TextBuilder text(m_machine);
        if (spec.type == 's')
            appendText(text, m_machine, value);
        else
            appendRepr(text, m_machine, value);
        padding.fill = " ";
        padding.align = spec.align == '=' ? '>' : spec.align;
        padFormatted(m_out, *clipFormatted(m_machine, text.finish(), spec.precision), padding, '>');
        return;
    }
    if (spec.type == 'c' && value.isString() && lengthOf(m_machine, *value.text()) == 1) {
        padFormatted(m_out, *value.text(), padding, '>');
        return;
    }
    if (std::string_view("diuoxXeEfFgG").find(spec.type) == std::string_view::npos || spec.type == 0)
        m_machine.fail("a format has the unknown type " +
                       inQuotes(std::string_view(&spec.type, spec.type ? 1 : 0)));
    padFormatted(m_out, *makeText(m_machine, formatNumber(m_machine, spec, value)), padding, '>');
}

TextRef PercentFormat::run()
{
    const std::string_view text = m_format.view();
    m_machine.step(text.size() / 8);
    for (size_t pos = 0; pos < text.size();) {
        const size_t percent = std::min(text.find('%', pos), text.size());
        m_out.append(m_format, pos, percent);
        pos = percent + 1;
        if (percent >= text.size())
            break;
        if (pos < text.size() && text[pos] == '%') { // with flags or a width it is no type
            m_out.append(m_format, pos, pos + 1);
            ++pos;
            continue;
        }
        m_machine.step(4); // a specification, a text of its own
        placeholder(readSpec(pos));
    }
    const bool plain = !m_tuple && (m_args.isDict() || m_args.isList());
    if (!m_byName && !plain && m_used < (m_tuple ? m_args.list()->items.size() : 1))
        m_machine.fail("a format has fewer places than values");
    return m_out.finish();
}

} // namespace

TextRef percentFormat(Machine &machine, const Text &format, const Value &args)
{
    return PercentFormat(machine, format, args).run();
}

} // namespace lathe::jinja
