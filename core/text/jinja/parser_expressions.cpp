// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/parser.h"

#include <algorithm>
#include <array>

namespace lathe::jinja {

namespace {

using BinaryRow = std::pair<std::string_view, BinaryOp>;
using CompareRow = std::pair<std::string_view, CompareOp>;

} // namespace

/// a if b else c; an `if` may follow the whole again.
const Expr *Parser::expression()
{
    const NestGuard guard(*this);
    const Expr *result = orExpression();
    for (uint32_t count = 0; current().isName("if"); ++count) {
        if (count > kMaxParseDepth)
            fail("too many conditions in one expression");
        auto *node = make<ConditionalExpr>(take().line);
        ++m_conditional;
        node->then = result;
        node->condition = orExpression();
        if (skipName("else"))
            node->otherwise = expression();
        --m_conditional;
        result = node;
    }
    return result;
}

const Expr *Parser::orExpression()
{
    const Expr *first = andExpression();
    if (!current().isName("or"))
        return first;
    auto *node = make<LogicExpr>(current().line);
    node->operands.push_back(first);
    while (skipName("or"))
        node->operands.push_back(andExpression());
    return node;
}

const Expr *Parser::andExpression()
{
    const Expr *first = notExpression();
    if (!current().isName("and"))
        return first;
    auto *node = make<LogicExpr>(current().line);
    node->isAnd = true;
    node->operands.push_back(first);
    while (skipName("and"))
        node->operands.push_back(notExpression());
    return node;
}

const Expr *Parser::notExpression()
{
    if (!current().isName("not"))
        return comparison();
    const NestGuard guard(*this);
    auto *node = make<NotExpr>(take().line);
    node->operand = notExpression();
    return node;
}

const Expr *Parser::comparison()
{
    static constexpr std::array<CompareRow, 6> kOps = {{{"==", CompareOp::Equal},
                                                        {"!=", CompareOp::NotEqual},
                                                        {"<", CompareOp::Less},
                                                        {"<=", CompareOp::LessEqual},
                                                        {">", CompareOp::Greater},
                                                        {">=", CompareOp::GreaterEqual}}};
    const Expr *first = sum();
    CompareExpr *node = nullptr;
    for (;;) {
        const auto row = std::find_if(kOps.begin(), kOps.end(),
                                      [this](const CompareRow &r) { return current().isOperator(r.first); });
        const bool notIn = current().isName("not") && next().isName("in");
        if (row == kOps.end() && !notIn && !current().isName("in"))
            return node ? node : first;
        if (!node) {
            node = make<CompareExpr>(current().line);
            node->first = first;
        }
        const CompareOp op = notIn ? CompareOp::NotIn : row == kOps.end() ? CompareOp::In : row->second;
        take();
        if (notIn)
            take();
        node->rest.emplace_back(op, sum());
    }
}

template <class Op>
const Expr *Parser::chain(const Expr *(Parser::*operand)(),
                          std::initializer_list<std::pair<std::string_view, Op>> ops)
{
    const Expr *first = (this->*operand)();
    BinaryExpr *node = nullptr;
    for (;;) {
        const auto row =
            std::find_if(ops.begin(), ops.end(), [this](const std::pair<std::string_view, Op> &r) {
                return current().isOperator(r.first);
            });
        if (row == ops.end())
            return node ? node : first;
        if (!node) {
            node = make<BinaryExpr>(current().line);
            node->first = first;
        }
        take();
        node->rest.emplace_back(row->second, (this->*operand)());
    }
}

const Expr *Parser::sum()
{
    return chain<BinaryOp>(&Parser::concatenation, {{"+", BinaryOp::Add}, {"-", BinaryOp::Subtract}});
}

const Expr *Parser::concatenation()
{
    const Expr *first = product();
    if (!current().isOperator("~"))
        return first;
    auto *node = make<ConcatExpr>(current().line);
    node->parts.push_back(first);
    while (skipOperator("~"))
        node->parts.push_back(product());
    return node;
}

const Expr *Parser::product()
{
    return chain<BinaryOp>(&Parser::power, {{"*", BinaryOp::Multiply},
                                            {"/", BinaryOp::Divide},
                                            {"//", BinaryOp::FloorDivide},
                                            {"%", BinaryOp::Modulo}});
}

/// Jinja's ** binds to the left, unlike Python's.
const Expr *Parser::power()
{
    const Expr *first = unary(true);
    if (!current().isOperator("**"))
        return first;
    auto *node = make<BinaryExpr>(current().line);
    node->first = first;
    while (skipOperator("**"))
        node->rest.emplace_back(BinaryOp::Power, unary(true));
    return node;
}

const Expr *Parser::unary(bool withFilter)
{
    const NestGuard guard(*this);
    const Expr *result = nullptr;
    if (current().isOperator("-") || current().isOperator("+")) {
        auto *node = make<SignExpr>(current().line);
        node->minus = take().text == "-";
        node->operand = unary(false);
        result = node;
    } else {
        result = primary();
    }
    result = postfix(result);
    return withFilter ? filtersAndTests(result) : result;
}

} // namespace lathe::jinja
