// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/parser.h"

#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <array>

namespace lathe::jinja {

NestGuard::NestGuard(Parser &parser) : m_parser(parser)
{
    if (++m_parser.m_depth > kMaxParseDepth) {
        --m_parser.m_depth;
        m_parser.fail("the template nests more than " + std::to_string(kMaxParseDepth) + " levels deep");
    }
}

NestGuard::~NestGuard()
{
    --m_parser.m_depth;
}

Parser::Parser(std::string_view source)
{
    if (source.size() > kMaxSourceBytes)
        throw Fault{0, "the template is over " + std::to_string(kMaxSourceBytes >> 20) + " MiB long"};
    if (!isValidUtf8(source))
        throw Fault{0, "the template is not valid UTF-8"};
    m_tokens = tokenize(source);
    for (const char *fixed : {"loop", "caller", "varargs", "kwargs"})
        intern(fixed);
}

Tree Parser::parse()
{
    m_tree.body = body({});
    return std::move(m_tree);
}

uint32_t Parser::intern(std::string_view name)
{
    const auto [it, added] = m_numbers.emplace(name, static_cast<uint32_t>(m_tree.names.size()));
    if (added)
        m_tree.names.emplace_back(name);
    return it->second;
}

Token Parser::take()
{
    return m_at + 1 < m_tokens.size() ? m_tokens[m_at++] : m_tokens[m_at];
}

bool Parser::skipOperator(std::string_view text)
{
    const bool there = current().isOperator(text);
    m_at += there ? 1 : 0;
    return there;
}

bool Parser::skipName(std::string_view text)
{
    const bool there = current().isName(text);
    m_at += there ? 1 : 0;
    return there;
}

void Parser::expectOperator(std::string_view text)
{
    if (!skipOperator(text))
        fail("expected " + inQuotes(text) + ", found " + current().described());
}

void Parser::expectName(std::string_view text)
{
    if (!skipName(text))
        fail("expected " + inQuotes(text) + ", found " + current().described());
}

std::string Parser::expectAnyName()
{
    if (current().kind != TokenKind::Name)
        fail("expected a name, found " + current().described());
    return take().text;
}

void Parser::expectKind(TokenKind kind, std::string_view spelling)
{
    if (current().kind != kind)
        fail("expected " + inQuotes(spelling) + ", found " + current().described());
    take();
}

void Parser::fail(std::string what) const
{
    failAt(current().line, std::move(what));
}

void Parser::failAt(uint32_t line, std::string what) const
{
    throw Fault{line, std::move(what)};
}

void Parser::failUnexpected() const
{
    fail("unexpected " + current().described());
}

Body Parser::body(EndNames ends)
{
    const NestGuard guard(*this);
    Body result;
    while (current().kind != TokenKind::End) {
        const Token token = take();
        if (token.kind == TokenKind::Data) {
            auto *data = make<DataStatement>(token.line);
            data->text = token.text;
            result.push_back(data);
        } else if (token.kind == TokenKind::PrintBegin) {
            auto *print = make<PrintStatement>(token.line);
            print->value = tuple(true, false);
            expectKind(TokenKind::PrintEnd, "}}");
            result.push_back(print);
        } else {
            const auto isEnd = [this](std::string_view end) { return current().isName(end); };
            if (std::any_of(ends.begin(), ends.end(), isEnd))
                return result;
            result.push_back(statement());
            expectKind(TokenKind::BlockEnd, "%}");
        }
    }
    if (ends.size() > 0)
        fail("the template ends where ‘{% " + std::string(*(ends.end() - 1)) + " %}’ is due");
    return result;
}

/// The rest of an opening tag, and the body up to one of `ends`, which is taken or left to the caller.
Body Parser::blockBody(EndNames ends, bool takeEnd)
{
    skipOperator(":");
    expectKind(TokenKind::BlockEnd, "%}");
    Body result = body(ends);
    if (takeEnd)
        take();
    return result;
}

const Statement *Parser::statement()
{
    using Rule = const Statement *(Parser::*)();
    static constexpr std::array<std::pair<std::string_view, Rule>, 11> kRules = {{
        {"for", &Parser::forStatement},
        {"if", &Parser::ifStatement},
        {"set", &Parser::setStatement},
        {"macro", &Parser::macroStatement},
        {"call", &Parser::callStatement},
        {"filter", &Parser::filterStatement},
        {"with", &Parser::withStatement},
        {"print", &Parser::printStatement},
        {"generation", &Parser::generationStatement},
        {"break", &Parser::breakStatement},
        {"continue", &Parser::continueStatement},
    }};
    static constexpr std::array<std::string_view, 5> kOtherFiles = {"include", "import", "from", "extends",
                                                                    "block"};
    if (current().kind != TokenKind::Name)
        fail("expected the name of a tag, found " + current().described());
    const std::string &tag = current().text;
    for (const auto &[name, rule] : kRules)
        if (tag == name)
            return (this->*rule)();
    if (std::find(kOtherFiles.begin(), kOtherFiles.end(), tag) != kOtherFiles.end())
        fail("‘" + tag + "’ is not available in chat templates, which stand alone");
    if (tag.starts_with("end") || tag == "else" || tag == "elif")
        fail("‘" + tag + "’ closes nothing that is open here");
    fail("unknown tag " + inQuotes(tag));
}

const Statement *Parser::forStatement()
{
    auto *node = make<ForStatement>(take().line);
    node->target = target(false);
    expectName("in");
    node->iterable = tuple(false, false);
    if (skipName("if"))
        node->condition = expression();
    node->recursive = skipName("recursive");
    ++m_loops;
    node->body = blockBody({"else", "endfor"}, false);
    --m_loops;
    if (take().text == "else")
        node->otherwise = blockBody({"endfor"});
    return node;
}

const Statement *Parser::ifStatement()
{
    auto *node = make<IfStatement>(take().line);
    ++m_conditional;
    for (std::string end = "elif"; end == "elif";) {
        const Expr *condition = tuple(false, false);
        node->branches.emplace_back(condition, blockBody({"elif", "else", "endif"}, false));
        end = take().text;
        if (end == "else")
            node->otherwise = blockBody({"endif"});
    }
    --m_conditional;
    return node;
}

const Statement *Parser::setStatement()
{
    const uint32_t line = take().line;
    Target where = target(true);
    if (skipOperator("=")) {
        auto *node = make<SetStatement>(line);
        node->target = std::move(where);
        node->value = tuple(true, false);
        return node;
    }
    auto *node = make<SetBlockStatement>(line);
    node->target = std::move(where);
    node->filters = filterChain(true);
    node->body = blockBody({"endset"});
    return node;
}

std::vector<const FilterExpr *> Parser::filterChain(bool leadingPipe)
{
    std::vector<const FilterExpr *> filters;
    if (!leadingPipe)
        filters.push_back(filter(nullptr));
    while (skipOperator("|"))
        filters.push_back(filter(nullptr));
    return filters;
}

const Statement *Parser::filterStatement()
{
    auto *node = make<FilterBlockStatement>(take().line);
    node->filters = filterChain(false);
    node->body = blockBody({"endfilter"});
    return node;
}

void Parser::signature(MacroBody &macro)
{
    expectOperator("(");
    while (!current().isOperator(")")) {
        if (!macro.parameters.empty())
            expectOperator(",");
        MacroBody::Parameter parameter;
        parameter.spelling = expectAnyName();
        parameter.name = intern(parameter.spelling);
        if (skipOperator("="))
            parameter.fallback = expression();
        else if (!macro.parameters.empty() && macro.parameters.back().fallback)
            fail("a parameter without a default follows one with a default");
        macro.parameters.push_back(std::move(parameter));
    }
    expectOperator(")");
}

void Parser::macroBody(MacroBody &macro, std::string_view end)
{
    m_macros.push_back(&macro);
    const uint32_t loops = std::exchange(m_loops, 0);
    macro.body = blockBody({end});
    m_loops = loops;
    m_macros.pop_back();
}

const Statement *Parser::macroStatement()
{
    auto *node = make<MacroStatement>(take().line);
    node->macro.name = expectAnyName();
    node->macro.line = node->line;
    node->name = intern(node->macro.name);
    signature(node->macro);
    macroBody(node->macro, "endmacro");
    return node;
}

const Statement *Parser::callStatement()
{
    auto *node = make<CallBlockStatement>(take().line);
    node->caller.name = "caller";
    node->caller.line = node->line;
    if (current().isOperator("("))
        signature(node->caller);
    node->call = dynamic_cast<const CallExpr *>(expression());
    if (!node->call)
        failAt(node->line, "a call block needs a call");
    macroBody(node->caller, "endcall");
    return node;
}

/// transformers' mark of what the assistant wrote: its body in a scope of its own.
const Statement *Parser::generationStatement()
{
    auto *node = make<WithStatement>(take().line);
    const uint32_t loops = std::exchange(m_loops, 0);
    node->body = blockBody({"endgeneration"});
    m_loops = loops;
    return node;
}

const Statement *Parser::withStatement()
{
    auto *node = make<WithStatement>(take().line);
    while (current().kind != TokenKind::BlockEnd) {
        if (!node->values.empty())
            expectOperator(",");
        Target where = targetPart(false);
        expectOperator("=");
        node->values.emplace_back(std::move(where), expression());
    }
    node->body = blockBody({"endwith"});
    return node;
}

const Statement *Parser::printStatement()
{
    auto *node = make<PrintStatement>(take().line);
    auto *parts = make<ConcatExpr>(node->line);
    while (current().kind != TokenKind::BlockEnd) {
        if (!parts->parts.empty())
            expectOperator(",");
        parts->parts.push_back(expression());
    }
    node->value = parts;
    return node;
}

const Statement *Parser::jump(Flow flow)
{
    if (m_loops == 0)
        fail("‘" + current().text + "’ stands outside of a loop");
    auto *node = make<JumpStatement>(take().line);
    node->flow = flow;
    return node;
}

const Statement *Parser::breakStatement()
{
    return jump(Flow::Break);
}

const Statement *Parser::continueStatement()
{
    return jump(Flow::Continue);
}

Target Parser::targetPart(bool namespaces)
{
    const NestGuard guard(*this);
    Target result;
    if (skipOperator("(")) {
        result = target(namespaces);
        expectOperator(")");
        return result;
    }
    static constexpr std::array<std::string_view, 6> kConstants = {"true", "false", "none",
                                                                   "True", "False", "None"};
    if (std::find(kConstants.begin(), kConstants.end(), current().text) != kConstants.end())
        fail("cannot assign to " + current().described());
    result.spelling = expectAnyName();
    result.name = intern(result.spelling);
    if (namespaces && skipOperator("."))
        result.attribute = Value(constantText(expectAnyName()));
    return result;
}

Target Parser::target(bool namespaces)
{
    Target first = targetPart(namespaces);
    if (!current().isOperator(","))
        return first;
    Target result;
    result.isTuple = true;
    result.parts.push_back(std::move(first));
    while (skipOperator(",")) {
        if (current().kind != TokenKind::Name && !current().isOperator("("))
            break;
        if (current().isName("in"))
            break;
        result.parts.push_back(targetPart(namespaces));
    }
    return result;
}

Tree parseTemplate(std::string_view source)
{
    return Parser(source).parse();
}

} // namespace lathe::jinja
