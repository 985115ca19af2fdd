// SPDX-License-Identifier: GPL-3.0-or-later
// What operators combine: literals, names, accesses, calls, filters, tests.
#include "core/text/jinja/parser.h"

#include <array>

namespace lathe::jinja {

const Expr *Parser::constant(uint32_t line, Value value)
{
    auto *node = make<Constant>(line);
    node->value = std::move(value);
    return node;
}

const Expr *Parser::name(const Token &token)
{
    static constexpr std::array<std::pair<std::string_view, bool>, 4> kBooleans = {
        {{"true", true}, {"True", true}, {"false", false}, {"False", false}}};
    for (const auto &[spelling, value] : kBooleans)
        if (token.text == spelling)
            return constant(token.line, Value(value));
    if (token.text == "none" || token.text == "None")
        return constant(token.line, Value(None{}));
    auto *node = make<NameExpr>(token.line);
    node->name = intern(token.text);
    node->spelling = token.text;
    for (MacroBody *macro : m_macros) {
        macro->usesCaller |= node->name == kNameCaller;
        macro->usesVarargs |= node->name == kNameVarargs;
        macro->usesKwargs |= node->name == kNameKwargs;
    }
    return node;
}

const Expr *Parser::primary()
{
    const uint32_t line = current().line;
    switch (current().kind) {
    case TokenKind::Name:
        return name(take());
    case TokenKind::String: {
        std::string text;
        while (current().kind == TokenKind::String)
            text += take().text;
        return constant(line, Value(constantText(std::move(text))));
    }
    case TokenKind::Integer:
        return constant(line, Value(take().integer));
    case TokenKind::Float:
        return constant(line, Value(take().number));
    default:
        break;
    }
    if (current().isOperator("("))
        return parenthesised();
    if (current().isOperator("["))
        return listLiteral();
    if (current().isOperator("{"))
        return dictLiteral();
    failUnexpected();
}

const Expr *Parser::parenthesised()
{
    take();
    const Expr *result = tuple(true, true);
    expectOperator(")");
    return result;
}

bool Parser::tupleEnds() const
{
    const TokenKind kind = current().kind;
    return kind == TokenKind::PrintEnd || kind == TokenKind::BlockEnd || kind == TokenKind::End ||
           current().isOperator(")") || current().isName("recursive");
}

const Expr *Parser::tuple(bool conditional, bool parentheses)
{
    const uint32_t line = current().line;
    std::vector<const Expr *> items;
    bool isTuple = false;
    while (!tupleEnds()) {
        const NestGuard guard(*this);
        items.push_back(conditional ? expression() : orExpression());
        if (!skipOperator(","))
            break;
        isTuple = true;
    }
    if (!isTuple && !items.empty())
        return items.front();
    if (items.empty() && !parentheses)
        fail("expected an expression, found " + current().described());
    auto *node = make<ListExpr>(line);
    node->items = std::move(items);
    node->tuple = true;
    return node;
}

const Expr *Parser::listLiteral()
{
    auto *node = make<ListExpr>(take().line);
    while (!current().isOperator("]")) {
        if (!node->items.empty())
            expectOperator(",");
        if (current().isOperator("]"))
            break;
        node->items.push_back(expression());
    }
    expectOperator("]");
    return node;
}

const Expr *Parser::dictLiteral()
{
    auto *node = make<DictExpr>(take().line);
    while (!current().isOperator("}")) {
        if (!node->entries.empty())
            expectOperator(",");
        if (current().isOperator("}"))
            break;
        const Expr *key = expression();
        expectOperator(":");
        node->entries.emplace_back(key, expression());
    }
    expectOperator("}");
    return node;
}

const Expr *Parser::postfix(const Expr *operand)
{
    for (uint32_t count = 0;; ++count) {
        if (count > kMaxParseDepth)
            fail("too many accesses in one expression");
        if (current().isOperator(".") || current().isOperator("["))
            operand = subscript(operand);
        else if (current().isOperator("("))
            operand = call(operand);
        else
            return operand;
    }
}

const Expr *Parser::filtersAndTests(const Expr *operand)
{
    for (uint32_t count = 0;; ++count) {
        if (count > kMaxParseDepth)
            fail("too many filters in one expression");
        if (skipOperator("|"))
            operand = filter(operand);
        else if (current().isName("is"))
            operand = test(operand);
        else if (current().isOperator("("))
            operand = call(operand);
        else
            return operand;
    }
}

const Expr *Parser::subscript(const Expr *object)
{
    const uint32_t line = current().line;
    if (take().text == "[")
        return subscriptKey(object);
    const Token token = take();
    if (token.kind == TokenKind::Integer) {
        auto *node = make<ItemExpr>(line);
        node->object = object;
        node->key = constant(line, Value(token.integer));
        return node;
    }
    if (token.kind != TokenKind::Name)
        failAt(token.line, "expected a name or a number after ‘.’, found " + token.described());
    auto *node = make<AttributeExpr>(line);
    node->object = object;
    node->name = Value(constantText(token.text));
    return node;
}

/// The inside of [ ]: a key or a slice.
const Expr *Parser::subscriptKey(const Expr *object)
{
    const uint32_t line = current().line;
    const Expr *first = current().isOperator(":") ? nullptr : expression();
    if (first && !current().isOperator(":")) {
        if (current().isOperator(",")) { // a tuple as key
            auto *key = make<ListExpr>(line);
            key->tuple = true;
            key->items.push_back(first);
            while (skipOperator(","))
                key->items.push_back(expression());
            first = key;
        }
        expectOperator("]");
        auto *node = make<ItemExpr>(line);
        node->object = object;
        node->key = first;
        return node;
    }
    auto *node = make<SliceExpr>(line);
    node->object = object;
    node->start = first;
    expectOperator(":");
    const auto ends = [this] { return current().isOperator("]") || current().isOperator(":"); };
    node->stop = ends() ? nullptr : expression();
    if (skipOperator(":"))
        node->step = ends() ? nullptr : expression();
    expectOperator("]");
    return node;
}

void Parser::callArg(CallArgs &args)
{
    const bool afterStars = args.star || args.starStar;
    if (skipOperator("*")) {
        if (afterStars)
            fail("‘*’ stands in the wrong place of a call");
        args.star = expression();
    } else if (skipOperator("**")) {
        if (args.starStar)
            fail("‘**’ stands twice in a call");
        args.starStar = expression();
    } else if (current().kind == TokenKind::Name && next().isOperator("=")) {
        std::string name = take().text;
        take();
        args.named.emplace_back(std::move(name), expression());
    } else {
        if (afterStars || !args.named.empty())
            fail("a plain argument follows a named one");
        args.positional.push_back(expression());
    }
}

CallArgs Parser::callArgs()
{
    CallArgs args;
    expectOperator("(");
    bool first = true;
    while (!current().isOperator(")")) {
        if (!std::exchange(first, false))
            expectOperator(",");
        if (current().isOperator(")"))
            break;
        callArg(args);
    }
    expectOperator(")");
    return args;
}

const Expr *Parser::call(const Expr *callee)
{
    auto *node = make<CallExpr>(current().line);
    node->callee = callee;
    node->args = callArgs();
    return node;
}

const FilterExpr *Parser::filter(const Expr *operand)
{
    auto *node = make<FilterExpr>(current().line);
    node->operand = operand;
    node->name = expectAnyName();
    while (skipOperator("."))
        node->name += "." + expectAnyName();
    node->filter = findFilter(node->name);
    if (!node->filter && m_conditional == 0)
        failAt(node->line, "unknown filter " + inQuotes(node->name));
    if (current().isOperator("("))
        node->args = callArgs();
    return node;
}

const Expr *Parser::test(const Expr *operand)
{
    auto *node = make<TestExpr>(take().line);
    node->operand = operand;
    node->negated = skipName("not");
    node->name = expectAnyName();
    while (skipOperator("."))
        node->name += "." + expectAnyName();
    node->test = findTest(node->name);
    if (!node->test && m_conditional == 0)
        failAt(node->line, "unknown test " + inQuotes(node->name));
    const TokenKind kind = current().kind;
    const bool literal = kind == TokenKind::Name || kind == TokenKind::String || kind == TokenKind::Integer ||
                         kind == TokenKind::Float || current().isOperator("[") || current().isOperator("{");
    if (current().isOperator("(")) {
        node->args = callArgs();
    } else if (literal && !current().isName("else") && !current().isName("or") && !current().isName("and")) {
        if (current().isName("is"))
            fail("tests cannot be chained with ‘is’");
        node->args.positional.push_back(postfix(primary()));
    }
    return node;
}

} // namespace lathe::jinja
