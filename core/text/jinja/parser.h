// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/ast.h"
#include "core/text/jinja/lexer.h"

#include <initializer_list>
#include <string_view>
#include <unordered_map>

namespace lathe::jinja {

/// Recursive descent over Jinja 3's grammar; nesting is bounded by kMaxParseDepth. Throws Fault.
class Parser
{
public:
    explicit Parser(std::string_view source);
    Tree parse();

private:
    friend class NestGuard;
    using EndNames = std::initializer_list<std::string_view>;

    // Tokens
    const Token &current() const { return m_tokens[m_at]; }
    const Token &next() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
    Token take();
    bool skipOperator(std::string_view text);
    bool skipName(std::string_view text);
    void expectOperator(std::string_view text);
    void expectName(std::string_view text);
    std::string expectAnyName();
    void expectKind(TokenKind kind, std::string_view spelling);
    [[noreturn]] void fail(std::string what) const;
    [[noreturn]] void failAt(uint32_t line, std::string what) const;
    [[noreturn]] void failUnexpected() const;

    template <class T> T *make(uint32_t line)
    {
        auto node = std::make_unique<T>();
        node->line = line;
        T *raw = node.get();
        m_tree.nodes.push_back(std::move(node));
        return raw;
    }
    uint32_t intern(std::string_view name);

    // Expressions (parser_expressions.cpp), in the order of their binding
    const Expr *expression();
    const Expr *orExpression();
    const Expr *andExpression();
    const Expr *notExpression();
    const Expr *comparison();
    const Expr *sum();
    const Expr *concatenation();
    const Expr *product();
    const Expr *power();
    const Expr *unary(bool withFilter);
    const Expr *primary();
    const Expr *postfix(const Expr *operand);
    const Expr *filtersAndTests(const Expr *operand);
    const Expr *subscript(const Expr *object);
    const Expr *subscriptKey(const Expr *object);
    const Expr *call(const Expr *callee);
    const Expr *test(const Expr *operand);
    const FilterExpr *filter(const Expr *operand);
    const Expr *parenthesised();
    const Expr *listLiteral();
    const Expr *dictLiteral();
    const Expr *constant(uint32_t line, Value value);
    const Expr *name(const Token &token);
    /// Expressions with commas between them become a tuple. `conditional` false: an `if` ends it.
    const Expr *tuple(bool conditional, bool parentheses);
    bool tupleEnds() const;
    CallArgs callArgs();
    void callArg(CallArgs &args);
    template <class Op>
    const Expr *chain(const Expr *(Parser::*operand)(),
                      std::initializer_list<std::pair<std::string_view, Op>> ops);

    // Statements (parser.cpp)
    Body body(EndNames ends);
    const Statement *statement();
    Body blockBody(EndNames ends, bool takeEnd = true);
    const Statement *forStatement();
    const Statement *ifStatement();
    const Statement *setStatement();
    const Statement *macroStatement();
    const Statement *callStatement();
    const Statement *generationStatement();
    const Statement *filterStatement();
    const Statement *withStatement();
    const Statement *printStatement();
    const Statement *breakStatement();
    const Statement *continueStatement();
    const Statement *jump(Flow flow);
    std::vector<const FilterExpr *> filterChain(bool leadingPipe);
    void signature(MacroBody &macro);
    void macroBody(MacroBody &macro, std::string_view end);
    Target target(bool namespaces);
    Target targetPart(bool namespaces);

    std::vector<Token> m_tokens;
    size_t m_at = 0;
    Tree m_tree;
    std::unordered_map<std::string, uint32_t> m_numbers;
    std::vector<MacroBody *> m_macros;   ///< being parsed, for the names they use
    uint32_t m_depth = 0;
    uint32_t m_loops = 0;       ///< around this place within the same macro
    uint32_t m_conditional = 0; ///< branches around this place: unknown filters there fail only when reached
};

/// One level of nesting in the source.
class NestGuard
{
public:
    explicit NestGuard(Parser &parser);
    ~NestGuard();
    NestGuard(const NestGuard &) = delete;
    NestGuard &operator=(const NestGuard &) = delete;

private:
    Parser &m_parser;
};

} // namespace lathe::jinja
