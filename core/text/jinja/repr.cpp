// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/operators.h"
#include "core/text/jinja/unicode.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace lathe::jinja {

namespace {

std::string hexEscape(char32_t code)
{
    char buffer[16];
    const char *format = code <= 0xFF ? "\\x%02x" : code <= 0xFFFF ? "\\u%04x" : "\\U%08x";
    std::snprintf(buffer, sizeof buffer, format, static_cast<unsigned>(code));
    return buffer;
}

void reprUnit(TextBuilder &out, std::string_view unit, char32_t code, char quote, bool content)
{
    if (code == '\\' || code == static_cast<unsigned char>(quote))
        out.append("\\", content);
    if (code == '\n')
        out.append("\\n", content);
    else if (code == '\r')
        out.append("\\r", content);
    else if (code == '\t')
        out.append("\\t", content);
    else if (isPrintable(code))
        out.append(unit, content);
    else
        out.append(hexEscape(code), content);
}

void reprText(TextBuilder &out, const Text &text)
{
    const bool single = text.bytes.find('\'') != std::string::npos;
    const bool both = single && text.bytes.find('"') != std::string::npos;
    const char quote = single && !both ? '"' : '\'';
    out.budget().step(text.bytes.size() / 4);
    out.append(std::string_view(&quote, 1));
    forEachRun(text, 0, text.bytes.size(), [&](const Run &run) {
        for (size_t pos = 0; pos < run.bytes.size();) {
            const Unit unit = unitAt(run.bytes, pos);
            reprUnit(out, run.bytes.substr(pos, unit.length), unit.code, quote, run.content);
            pos += unit.length;
        }
    });
    out.append(std::string_view(&quote, 1));
}

void reprList(TextBuilder &out, Machine &machine, const List &list)
{
    out.append(list.tuple ? "(" : "[");
    for (size_t i = 0; i < list.items.size(); ++i) {
        if (i > 0)
            out.append(", ");
        appendRepr(out, machine, list.items[i]);
    }
    if (list.tuple && list.items.size() == 1)
        out.append(",");
    out.append(list.tuple ? ")" : "]");
}

void reprDict(TextBuilder &out, Machine &machine, const Dict &dict)
{
    out.append("{");
    bool first = true;
    for (const auto &[key, value] : dict.entries()) {
        if (!std::exchange(first, false))
            out.append(", ");
        appendRepr(out, machine, key);
        out.append(": ");
        appendRepr(out, machine, value);
    }
    out.append("}");
}

void reprObject(TextBuilder &out, Machine &machine, Object &object)
{
    out.append("<");
    out.append(object.typeName());
    if (const auto *space = dynamic_cast<const Namespace *>(&object)) {
        out.append(" ");
        reprDict(out, machine, space->values());
    }
    out.append(">");
}

} // namespace

std::string floatRepr(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    const std::string_view text(buffer, static_cast<size_t>(end - buffer));
    const size_t e = text.find('e');
    int exponent = 0;
    std::from_chars(text.data() + e + 1 + (text[e + 1] == '+' ? 1 : 0), text.data() + text.size(), exponent);
    std::string digits;
    for (const char c : text.substr(0, e))
        if (c != '.' && c != '-')
            digits.push_back(c);
    const std::string sign = std::signbit(value) ? "-" : "";
    const int count = static_cast<int>(digits.size());
    if (exponent < -4 || exponent >= 16) { // Python's rule for repr
        char tail[16];
        std::snprintf(tail, sizeof tail, "e%c%02d", exponent < 0 ? '-' : '+', std::abs(exponent));
        return sign + digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") + tail;
    }
    if (exponent < 0)
        return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
    if (count <= exponent + 1)
        return sign + digits + std::string(static_cast<size_t>(exponent + 1 - count), '0') + ".0";
    const auto whole = static_cast<size_t>(exponent + 1);
    return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

void appendRepr(TextBuilder &out, Machine &machine, const Value &value)
{
    const DepthGuard guard(machine);
    machine.step();
    switch (value.kind()) {
    case Kind::Undefined:
        out.append("Undefined");
        break;
    case Kind::None:
        out.append("None");
        break;
    case Kind::Bool:
        out.append(value.boolean() ? "True" : "False");
        break;
    case Kind::Int:
        out.append(std::to_string(value.integer()));
        break;
    case Kind::Float:
        out.append(floatRepr(value.number()));
        break;
    case Kind::String:
        reprText(out, *value.text());
        break;
    case Kind::List:
        reprList(out, machine, *value.list());
        break;
    case Kind::Dict:
        reprDict(out, machine, *value.dict());
        break;
    case Kind::Object:
        reprObject(out, machine, *value.object());
        break;
    }
}

void appendText(TextBuilder &out, Machine &machine, const Value &value)
{
    if (value.isString())
        out.append(*value.text());
    else if (!value.isUndefined())
        appendRepr(out, machine, value);
}

TextRef toText(Machine &machine, const Value &value)
{
    if (value.isString())
        return value.text();
    TextBuilder out(machine);
    appendText(out, machine, value);
    return out.finish();
}

} // namespace lathe::jinja
