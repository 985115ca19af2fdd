// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/budget.h"

#include <string>
#include <string_view>
#include <vector>

namespace lathe::jinja {

enum class TokenKind : uint8_t {
    Data,
    PrintBegin,
    PrintEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End
};

struct Token {
    TokenKind kind = TokenKind::End;
    uint32_t line = 1;
    std::string text; ///< data, name, decoded string, operator; digits of a number without underscores
    int64_t integer = 0;
    double number = 0;

    bool is(TokenKind k, std::string_view t) const { return kind == k && text == t; }
    bool isName(std::string_view t) const { return is(TokenKind::Name, t); }
    bool isOperator(std::string_view t) const { return is(TokenKind::Operator, t); }
    /// For messages: "‘foo’", "the end of the template".
    std::string described() const;
};

/// Splits a template as Jinja 3 does with the settings of chat templates: trim_blocks, lstrip_blocks, one
/// newline at the very end dropped, line ends normalised. Comments and raw blocks are resolved. The last
/// token is End. Throws Fault: an unclosed comment or raw block, a character or literal that is none.
std::vector<Token> tokenize(std::string_view source);

} // namespace lathe::jinja
