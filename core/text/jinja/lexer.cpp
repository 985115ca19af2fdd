// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/lexer.h"

#include "core/text/jinja/literal.h"
#include "core/text/jinja/machine.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lathe::jinja {

namespace {

constexpr auto kNone = std::string_view::npos;

/// Line ends become \n; one at the very end goes.
std::string normalised(std::string_view source)
{
    std::string out;
    out.reserve(source.size());
    for (size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '\r') {
            out.push_back('\n');
            i += i + 1 < source.size() && source[i + 1] == '\n' ? 1 : 0;
        } else {
            out.push_back(source[i]);
        }
    }
    if (!out.empty() && out.back() == '\n')
        out.pop_back();
    return out;
}

class Lexer
{
public:
    explicit Lexer(std::string_view source) : m_source(normalised(source)) {}

    std::vector<Token> run();

private:
    [[noreturn]] void fail(std::string what) const { throw Fault{m_line, std::move(what)}; }
    bool at(std::string_view text, size_t pos) const { return rest(pos).substr(0, text.size()) == text; }
    bool at(std::string_view text) const { return at(text, m_pos); }
    std::string_view rest(size_t pos) const
    {
        return std::string_view(m_source).substr(std::min(pos, m_source.size()));
    }
    void moveTo(size_t pos);
    size_t spacesEnd(size_t pos) const;
    void push(TokenKind kind, std::string text = {});

    size_t findTag() const;
    void data(size_t end, char sign, bool print);
    void pushData(std::string_view text, char sign, bool print);
    std::optional<size_t> rawBegin(size_t pos) const;
    size_t closing(std::string_view end, size_t pos) const;
    void comment();
    void raw(size_t bodyBegin);
    void tag(bool print);
    bool tagEnd(bool print);
    void tagToken();
    void number();
    void string();
    void name();
    void operatorToken();

    std::string m_source;
    size_t m_pos = 0;
    uint32_t m_line = 1;
    bool m_lineStarts = true; ///< what was read last ended with a newline
    std::string m_brackets;   ///< closing brackets that are due
    std::vector<Token> m_tokens;
};

void Lexer::moveTo(size_t pos)
{
    for (; m_pos < pos; ++m_pos)
        m_line += m_source[m_pos] == '\n' ? 1 : 0;
}

size_t Lexer::spacesEnd(size_t pos) const
{
    while (pos < m_source.size()) {
        const Unit unit = unitAt(m_source, pos);
        if (!isSpace(unit.code))
            break;
        pos += unit.length;
    }
    return pos;
}

void Lexer::push(TokenKind kind, std::string text)
{
    m_tokens.push_back(Token{kind, m_line, std::move(text)});
}

/// The next "{{", "{%" or "{#".
size_t Lexer::findTag() const
{
    for (size_t pos = m_source.find('{', m_pos); pos != kNone; pos = m_source.find('{', pos + 1)) {
        const char next = pos + 1 < m_source.size() ? m_source[pos + 1] : '\0';
        if (next == '{' || next == '%' || next == '#')
            return pos;
    }
    return kNone;
}

/// Whether "{%" at `pos` opens a raw block; then where its body begins.
std::optional<size_t> Lexer::rawBegin(size_t pos) const
{
    if (!at("{%", pos))
        return std::nullopt;
    pos += 2;
    if (at("-", pos) || at("+", pos))
        ++pos;
    pos = spacesEnd(pos);
    if (!at("raw", pos))
        return std::nullopt;
    pos = spacesEnd(pos + 3);
    if (at("-%}", pos))
        return spacesEnd(pos + 3);
    return at("%}", pos) ? std::optional<size_t>(pos + 2) : std::nullopt;
}

/// Text before a tag, stripped as the tag's sign and lstrip_blocks say.
void Lexer::pushData(std::string_view text, char sign, bool print)
{
    size_t end = text.size();
    if (sign == '-') {
        // Backwards over characters; a space of several bytes is found by trying its start.
        for (bool found = true; found && end > 0;) {
            found = false;
            for (size_t length = 1; length <= 3 && length <= end && !found; ++length) {
                const Unit unit = unitAt(text.substr(0, end), end - length);
                if (unit.length == length && isSpace(unit.code)) {
                    end -= length;
                    found = true;
                }
            }
        }
    } else if (sign != '+' && !print) {
        const size_t newline = text.rfind('\n');
        const size_t lineBegin = newline == kNone ? 0 : newline + 1;
        if ((lineBegin > 0 || m_lineStarts) && spacesEnd(m_pos + lineBegin) >= m_pos + text.size())
            end = lineBegin;
    }
    if (end > 0)
        push(TokenKind::Data, std::string(text.substr(0, end)));
}

/// Where a closing mark ("%}", "#}") at `pos` ends with its sign, spaces or trimmed newline; npos if none is
/// there.
size_t Lexer::closing(std::string_view end, size_t pos) const
{
    if (at("+", pos) && at(end, pos + 1))
        return pos + 1 + end.size();
    if (at("-", pos) && at(end, pos + 1))
        return spacesEnd(pos + 1 + end.size());
    if (!at(end, pos))
        return kNone;
    const size_t after = pos + end.size();
    return at("\n", after) ? after + 1 : after;
}

void Lexer::comment()
{
    for (size_t pos = m_pos + 2; pos < m_source.size(); ++pos) {
        const size_t after = closing("#}", pos);
        if (after == kNone)
            continue;
        moveTo(after);
        return;
    }
    fail("a comment ‘{#’ is not closed");
}

void Lexer::raw(size_t bodyBegin)
{
    const uint32_t begun = m_line;
    moveTo(bodyBegin);
    m_lineStarts = m_source[m_pos - 1] == '\n';
    for (size_t pos = m_source.find("{%", m_pos); pos != kNone; pos = m_source.find("{%", pos + 2)) {
        size_t inside = pos + 2;
        const char sign = at("-", inside) || at("+", inside) ? m_source[inside++] : ' ';
        inside = spacesEnd(inside);
        if (!at("endraw", inside))
            continue;
        const size_t after = closing("%}", spacesEnd(inside + 6));
        if (after == kNone)
            continue;
        pushData(rest(m_pos).substr(0, pos - m_pos), sign, false);
        moveTo(after);
        return;
    }
    m_line = begun;
    fail("a raw block is not closed");
}

bool Lexer::tagEnd(bool print)
{
    if (!m_brackets.empty())
        return false;
    size_t after = kNone;
    if (!print)
        after = closing("%}", m_pos);
    else if (at("-}}"))
        after = spacesEnd(m_pos + 3);
    else if (at("}}"))
        after = m_pos + 2;
    if (after == kNone)
        return false;
    push(print ? TokenKind::PrintEnd : TokenKind::BlockEnd);
    moveTo(after);
    return true;
}

void Lexer::tag(bool print)
{
    push(print ? TokenKind::PrintBegin : TokenKind::BlockBegin);
    while (m_pos < m_source.size()) {
        if (tagEnd(print))
            return;
        const size_t spaces = spacesEnd(m_pos);
        if (spaces > m_pos)
            moveTo(spaces);
        else
            tagToken();
    }
    // The parser reports what is missing.
}

void Lexer::tagToken()
{
    const Unit unit = unitAt(m_source, m_pos);
    if (unit.code >= '0' && unit.code <= '9')
        number();
    else if (unit.code == '\'' || unit.code == '"')
        string();
    else if (isWord(unit.code))
        name();
    else
        operatorToken();
}

void Lexer::number()
{
    const bool afterDot = m_pos > 0 && m_source[m_pos - 1] == '.';
    Number literal = readNumber(rest(m_pos), afterDot);
    if (literal.length == 0)
        fail("the number " + inQuotes(rest(m_pos).substr(0, 30)) + " is too large");
    push(literal.isFloat ? TokenKind::Float : TokenKind::Integer,
         std::string(rest(m_pos).substr(0, literal.length)));
    m_tokens.back().integer = literal.integer;
    m_tokens.back().number = literal.number;
    moveTo(m_pos + literal.length);
}

void Lexer::string()
{
    const char quote = m_source[m_pos];
    size_t pos = m_pos + 1;
    while (pos < m_source.size() && m_source[pos] != quote)
        pos += m_source[pos] == '\\' ? 2 : 1;
    if (pos >= m_source.size())
        fail("a string is not closed");
    const auto decoded = decodeString(rest(m_pos + 1).substr(0, pos - m_pos - 1));
    if (!decoded)
        fail("a string holds a malformed escape");
    push(TokenKind::String, *decoded);
    moveTo(pos + 1);
}

void Lexer::name()
{
    size_t pos = m_pos;
    for (Unit unit; pos < m_source.size(); pos += unit.length) {
        unit = unitAt(m_source, pos);
        if (!isWord(unit.code))
            break;
    }
    const std::string_view word = rest(m_pos).substr(0, pos - m_pos);
    if (!isIdentifierStart(unitAt(word, 0).code))
        fail("the name " + inQuotes(word) + " is malformed");
    push(TokenKind::Name, std::string(word));
    moveTo(pos);
}

void Lexer::operatorToken()
{
    static constexpr std::array<std::string_view, 27> kOperators = {
        "**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]",
        "(",  ")",  "{",  "}",  ">",  "<",  "=", ".", ":", "|", ",", ";", ""};
    const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                    [this](std::string_view op) { return op.empty() || at(op); });
    if (found->empty()) {
        const Unit unit = unitAt(m_source, m_pos);
        fail(unit.code < 0x20 ? "a control character stands in a tag"
                              : "unexpected " + inQuotes(rest(m_pos).substr(0, unit.length)));
    }
    const char first = found->front();
    const size_t opening = std::string_view("{([").find(first);
    if (opening != kNone && found->size() == 1)
        m_brackets.push_back("})]"[opening]);
    if (first == '}' || first == ')' || first == ']') {
        if (m_brackets.empty() || m_brackets.back() != first)
            fail("unexpected " + inQuotes(*found));
        m_brackets.pop_back();
    }
    push(TokenKind::Operator, std::string(*found));
    moveTo(m_pos + found->size());
}

/// The data up to the tag at `end`, or to the end of the source.
void Lexer::data(size_t end, char sign, bool print)
{
    pushData(rest(m_pos).substr(0, end - m_pos), sign, print);
    moveTo(end);
}

std::vector<Token> Lexer::run()
{
    while (m_pos < m_source.size()) {
        const size_t begin = findTag();
        if (begin == kNone) {
            data(m_source.size(), '+', true);
            break;
        }
        const char what = m_source[begin + 1];
        const bool hasSign = at("-", begin + 2) || at("+", begin + 2);
        data(begin, hasSign ? m_source[begin + 2] : ' ', what == '{');
        if (const auto body = rawBegin(begin)) {
            raw(*body);
        } else if (what == '#') {
            moveTo(begin + (hasSign ? 1 : 0)); // comment() skips two more
            comment();
        } else {
            moveTo(begin + (hasSign ? 3 : 2));
            tag(what == '{');
        }
        m_lineStarts = m_pos > 0 && m_source[m_pos - 1] == '\n';
    }
    push(TokenKind::End);
    return std::move(m_tokens);
}

} // namespace

std::string Token::described() const
{
    switch (kind) {
    case TokenKind::End:
        return "the end of the template";
    case TokenKind::BlockEnd:
        return "‘%}’";
    case TokenKind::PrintEnd:
        return "‘}}’";
    case TokenKind::String:
        return "the string " + inQuotes(text);
    default:
        return inQuotes(text);
    }
}

std::vector<Token> tokenize(std::string_view source)
{
    return Lexer(source).run();
}

} // namespace lathe::jinja
