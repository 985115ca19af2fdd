// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/expression_syntax.h"

#include "core/formats/printable.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <vector>

namespace lathe {

namespace {

constexpr std::string_view kSpaces = R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a})"
                                     R"(\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view kNoSpaces =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff})"
    R"(\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";
constexpr std::string_view kWord = R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc})";

/// A class of characters by its letter: what stands in brackets for it, and for its opposite where that can
/// be written in brackets.
struct ClassRow {
    char letter;
    std::string_view inside;
    std::string_view opposite;
};
constexpr std::array<ClassRow, 4> kClasses = {{{'s', kSpaces, kNoSpaces},
                                               {'d', R"(\p{Nd})", R"(\P{Nd})"},
                                               {'w', kWord, ""},
                                               {'h', "0-9A-Fa-f", R"(\x{0}-/:-@G-`g-\x{10ffff})"}}};

class Translator
{
public:
    Translator(std::string_view expression, const std::string &subject) : m_in(expression), m_subject(subject)
    {
    }

    Result<std::string> run()
    {
        while (m_at < m_in.size())
            LATHE_TRY(item());
        return std::move(m_out);
    }

private:
    tl::unexpected<Error> unsupported(std::string_view what) const
    {
        return fail(Errc::Unsupported, m_subject,
                    "unsupported: " + printable(what) + " in the expression " + printable(m_in),
                    "use another model");
    }
    char peek(size_t ahead = 0) const { return m_at + ahead < m_in.size() ? m_in[m_at + ahead] : '\0'; }
    void copy(size_t bytes)
    {
        m_out.append(m_in.substr(m_at, bytes));
        m_at = std::min(m_at + bytes, m_in.size());
    }

    Result<> item();
    Result<> escape();
    Result<> bracketEscape();
    Result<> property();
    Result<> codePoint();
    Result<> bracket();
    Result<> open();
    void close();
    Result<> braces();
    Result<> repeat();

    std::string_view m_in;
    const std::string &m_subject;
    std::string m_out;
    size_t m_at = 0;
    size_t m_atom = 0;            ///< where in the output the last atom begins
    std::vector<size_t> m_groups; ///< where the open groups begin
};

Result<> Translator::item()
{
    const char c = peek();
    if (c == '{')
        return braces();
    if (c == '*' || c == '+' || c == '?') {
        copy(1);
        if (peek() == '+' || peek() == '?')
            copy(1);
        return {};
    }
    if (c == ')') {
        close();
        return {};
    }
    m_atom = m_out.size();
    if (c == '\\')
        return escape();
    if (c == '[')
        return bracket();
    if (c == '(')
        return open();
    size_t bytes = 1;
    while ((uint8_t(peek(bytes)) & 0xC0) == 0x80 && uint8_t(c) >= 0x80)
        ++bytes;
    copy(bytes);
    return {};
}

Result<> Translator::escape()
{
    const char c = peek(1);
    for (const ClassRow &row : kClasses) {
        if (c != row.letter && c != std::toupper(row.letter))
            continue;
        m_out.append(c == row.letter ? "[" : "[^").append(row.inside).append("]");
        m_at += 2;
        return {};
    }
    if (std::string_view("AzZGRK").find(c) != std::string_view::npos && c != '\0') {
        copy(2);
        return {};
    }
    if (c >= '1' && c <= '9') {
        copy(2);
        return {};
    }
    return bracketEscape();
}

/// An escape that is the same inside and outside of brackets.
Result<> Translator::bracketEscape()
{
    const char c = peek(1);
    if (c == 'p' || c == 'P')
        return property();
    if (c == 'x' || c == 'u')
        return codePoint();
    if (c == 'v') {
        m_out += "\\x{b}";
        m_at += 2;
        return {};
    }
    if (std::isalnum(uint8_t(c)) && std::string_view("ntrfae").find(c) == std::string_view::npos)
        return unsupported(std::string("\\") + c);
    if (m_at + 1 >= m_in.size())
        return unsupported("a last \\");
    if (uint8_t(c) >= 0x80) { // the backslash means nothing there
        ++m_at;
        return {};
    }
    copy(2);
    return {};
}

Result<> Translator::property()
{
    const size_t end = m_in.find('}', m_at);
    if (peek(2) != '{' || end == std::string_view::npos)
        return unsupported(m_in.substr(m_at, 3));
    std::string_view name = m_in.substr(m_at + 3, end - m_at - 3);
    bool negated = peek(1) == 'P';
    if (name.starts_with('^')) {
        negated = !negated;
        name.remove_prefix(1);
    }
    const bool isCategory = !name.empty() && name.size() <= 2;
    const bool isAny = name == "Any";
    if (name.empty() ||
        !std::all_of(name.begin(), name.end(), [](char c) { return std::isalpha(uint8_t(c)) || c == '_'; }))
        return unsupported(m_in.substr(m_at, end + 1 - m_at));
    m_out.append(negated ? "\\P{" : "\\p{").append(isCategory || isAny ? "" : "sc:").append(name).append("}");
    m_at = end + 1;
    return {};
}

/// \xHH below 0x80, \x{…}, \uHHHH.
Result<> Translator::codePoint()
{
    const bool braced = peek(1) == 'x' && peek(2) == '{';
    const size_t begin = m_at + (braced ? 3 : 2);
    size_t end = begin;
    const size_t most = braced ? 8 : peek(1) == 'u' ? 4 : 2;
    while (end < m_in.size() && end - begin < most && std::isxdigit(uint8_t(m_in[end])))
        ++end;
    const std::string digits(m_in.substr(begin, end - begin));
    const bool whole =
        braced ? end < m_in.size() && m_in[end] == '}' && !digits.empty() : digits.size() == most;
    if (!whole || (!braced && most == 2 && digits[0] >= '8'))
        return unsupported(m_in.substr(m_at, 4));
    m_out.append("\\x{").append(digits).append("}");
    m_at = end + (braced ? 1 : 0);
    return {};
}

Result<> Translator::bracket()
{
    copy(1);
    if (peek() == '^')
        copy(1);
    if (peek() == ']')
        return unsupported("[]");
    while (m_at < m_in.size() && peek() != ']') {
        if (peek() == '[')
            return unsupported("a bracket in brackets");
        if (peek() == '&' && peek(1) == '&')
            return unsupported("&& in brackets");
        if (peek() != '\\') {
            copy(1);
            continue;
        }
        const char c = peek(1);
        const auto row = std::find_if(kClasses.begin(), kClasses.end(), [&](const ClassRow &r) {
            return c == r.letter || c == std::toupper(r.letter);
        });
        if (row == kClasses.end()) {
            LATHE_TRY(bracketEscape());
            continue;
        }
        const std::string_view content = c == row->letter ? row->inside : row->opposite;
        if (content.empty())
            return unsupported(std::string("\\") + c + " in brackets");
        m_out += content;
        m_at += 2;
    }
    if (m_at >= m_in.size())
        return unsupported("an open bracket");
    copy(1);
    return {};
}

Result<> Translator::open()
{
    m_groups.push_back(m_out.size());
    copy(1);
    if (peek() == '*')
        return unsupported("(*");
    if (peek() != '?')
        return {};
    copy(1);
    const char c = peek();
    if (c == ':' || c == '=' || c == '!' || c == '>' || c == '<') {
        copy(1);
        return {};
    }
    const size_t first = m_at;
    while (peek() == 'i' || peek() == 'm' || peek() == '-') {
        m_out += peek() == 'm' ? 's' : peek();
        ++m_at;
    }
    // (?i) holds to the end of the group over its alternatives here, and to the next | in PCRE2's eyes too,
    // but the two bind alternatives differently unless it stands first of all.
    if (m_at == first || (peek() != ':' && !(peek() == ')' && m_groups.back() == 0)))
        return unsupported(m_in.substr(first - 2, 4));
    if (peek() == ')')
        m_groups.pop_back();
    copy(1);
    return {};
}

void Translator::close()
{
    m_atom = m_groups.empty() ? m_out.size() : m_groups.back();
    if (!m_groups.empty())
        m_groups.pop_back();
    copy(1);
}

/// {n}, {n,}, {n,m}, {,m}; anything else in braces stands for itself.
Result<> Translator::braces()
{
    size_t end = m_at + 1;
    while (end < m_in.size() && (std::isdigit(uint8_t(m_in[end])) || m_in[end] == ','))
        ++end;
    const std::string_view inside = m_in.substr(m_at + 1, end - m_at - 1);
    const bool hasDigits = inside.find_first_not_of(',') != std::string_view::npos;
    if (end >= m_in.size() || m_in[end] != '}' || !hasDigits ||
        std::count(inside.begin(), inside.end(), ',') > 1) {
        m_atom = m_out.size();
        m_out += "\\{";
        ++m_at;
        return {};
    }
    m_out.append(inside.starts_with(',') ? "{0" : "{").append(inside).append("}");
    m_at = end + 1;
    if (peek() == '?' && inside.find(',') == std::string_view::npos)
        return unsupported("{n}?");
    if (peek() == '?')
        copy(1);
    else if (peek() == '+' || peek() == '*')
        return repeat();
    return {};
}

/// A repeat of what was just repeated.
Result<> Translator::repeat()
{
    m_out.insert(m_atom, "(?:").append(")");
    copy(1);
    return {};
}

} // namespace

Result<std::string> pcre2Expression(std::string_view expression, const std::string &subject)
{
    return Translator(expression, subject).run();
}

} // namespace lathe
