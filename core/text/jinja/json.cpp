// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/operators.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lathe::jinja {

namespace {

/// One pass of json.dumps.
class JsonWriter
{
public:
    JsonWriter(TextBuilder &out, Machine &machine, const JsonStyle &style)
        : m_out(out), m_machine(machine), m_style(style)
    {
    }
    void write(const Value &value);

private:
    void writeText(const Text &text);
    void writeUnit(std::string_view unit, char32_t code, bool content);
    void writeEscape(char32_t code, bool content);
    void writeList(const List &list);
    void writeDict(const Dict &dict);
    void writeKey(const Value &key);
    void writeFloat(double value);
    void separate(bool first);
    void lineBreak();

    TextBuilder &m_out;
    Machine &m_machine;
    const JsonStyle &m_style;
    uint32_t m_level = 0;
};

void JsonWriter::writeEscape(char32_t code, bool content)
{
    char buffer[16];
    if (code > 0xFFFF) {
        const auto rest = static_cast<unsigned>(code - 0x10000);
        std::snprintf(buffer, sizeof buffer, "\\u%04x\\u%04x", 0xD800 + (rest >> 10),
                      0xDC00 + (rest & 0x3FF));
    } else {
        std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(code));
    }
    m_out.append(buffer, content);
}

void JsonWriter::writeUnit(std::string_view unit, char32_t code, bool content)
{
    static constexpr std::string_view kSpecial = "\"\\\n\r\t\f\b";
    static constexpr std::string_view kLetters = "\"\\nrtfb";
    const size_t special = code < 0x80 ? kSpecial.find(static_cast<char>(code)) : std::string_view::npos;
    if (special != std::string_view::npos) {
        const char escape[2] = {'\\', kLetters[special]};
        m_out.append(std::string_view(escape, 2), content);
    } else if (code < 0x20 || (m_style.ensureAscii && code > 0x7E)) {
        writeEscape(code, content);
    } else {
        m_out.append(unit, content);
    }
}

void JsonWriter::writeText(const Text &text)
{
    m_machine.step(text.bytes.size() / 4);
    m_out.append("\"");
    forEachRun(text, 0, text.bytes.size(), [this](const Run &run) {
        for (size_t pos = 0; pos < run.bytes.size();) {
            const Unit unit = unitAt(run.bytes, pos);
            writeUnit(run.bytes.substr(pos, unit.length), unit.code, run.content);
            pos += unit.length;
        }
    });
    m_out.append("\"");
}

void JsonWriter::lineBreak()
{
    if (!m_style.indent)
        return;
    m_out.append("\n");
    m_out.fill(*m_style.indent, m_level);
}

void JsonWriter::separate(bool first)
{
    if (!first) {
        std::string_view separator = m_style.itemSeparator;
        m_out.append(separator);
    }
    lineBreak();
}

void JsonWriter::writeList(const List &list)
{
    if (list.items.empty()) {
        m_out.append("[]");
        return;
    }
    m_out.append("[");
    ++m_level;
    for (size_t i = 0; i < list.items.size(); ++i) {
        separate(i == 0);
        write(list.items[i]);
    }
    --m_level;
    lineBreak();
    m_out.append("]");
}

void JsonWriter::writeKey(const Value &key)
{
    if (key.isString()) {
        writeText(*key.text());
        return;
    }
    if (!key.isNumber() && !key.isNone())
        m_machine.fail("‘tojson’ cannot write a key of type ‘" + std::string(typeNameOf(key)) + "’");
    m_out.append("\"");
    write(key);
    m_out.append("\"");
}

void JsonWriter::writeDict(const Dict &dict)
{
    if (dict.entries().empty()) {
        m_out.append("{}");
        return;
    }
    std::vector<const Dict::Entry *> order;
    for (const auto &entry : dict.entries())
        order.push_back(&entry);
    if (m_style.sortKeys)
        std::stable_sort(order.begin(), order.end(), [this](const auto *a, const auto *b) {
            return compare(m_machine, a->first, b->first) < 0;
        });
    m_out.append("{");
    ++m_level;
    bool first = true;
    for (const auto *entry : order) {
        separate(std::exchange(first, false));
        writeKey(entry->first);
        m_out.append(m_style.keySeparator);
        write(entry->second);
    }
    --m_level;
    lineBreak();
    m_out.append("}");
}

void JsonWriter::writeFloat(double value)
{
    if (std::isnan(value))
        m_out.append("NaN");
    else if (std::isinf(value))
        m_out.append(value < 0 ? "-Infinity" : "Infinity");
    else
        m_out.append(floatRepr(value));
}

void JsonWriter::write(const Value &value)
{
    const DepthGuard guard(m_machine);
    m_machine.step();
    switch (value.kind()) {
    case Kind::None:
        m_out.append("null");
        break;
    case Kind::Bool:
        m_out.append(value.boolean() ? "true" : "false");
        break;
    case Kind::Int:
        m_out.append(std::to_string(value.integer()));
        break;
    case Kind::Float:
        writeFloat(value.number());
        break;
    case Kind::String:
        writeText(*value.text());
        break;
    case Kind::List:
        writeList(*value.list());
        break;
    case Kind::Dict:
        writeDict(*value.dict());
        break;
    case Kind::Undefined:
    case Kind::Object:
        m_machine.requireDefined(value);
        m_machine.fail("‘tojson’ cannot write a value of type ‘" + std::string(typeNameOf(value)) + "’");
    }
}

} // namespace

void appendJson(TextBuilder &out, Machine &machine, const Value &value, const JsonStyle &style)
{
    JsonWriter(out, machine, style).write(value);
}

} // namespace lathe::jinja
