// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lathe {

/// A regular expression of a tokenizer (see expression_syntax.h), compiled. Immutable: may be used by several
/// threads at once, each with its own ExpressionRun.
class Expression
{
public:
    /// Whose expression it is. Work on a file's expression is bounded: a search that backtracks far is tried
    /// again place by place, with a long bound for few of them, so that a hostile one ends with an error in a
    /// time linear in the text.
    enum class Origin { Ours, File };

    /// Errors: an unsupported or wrong expression; `subject` names its file.
    static Result<Expression> compile(std::string_view expression, Origin origin, const std::string &subject);

private:
    friend class ExpressionRun;
    struct Code;
    explicit Expression(std::shared_ptr<const Code> code) : m_code(std::move(code)) {}

    std::shared_ptr<const Code> m_code;
};

/// What searching works with; the bounds count for all texts that are searched with it. Outlives no
/// expression.
class ExpressionRun
{
public:
    explicit ExpressionRun(const Expression &expression);
    ~ExpressionRun();
    ExpressionRun(const ExpressionRun &) = delete;
    ExpressionRun &operator=(const ExpressionRun &) = delete;

    /// Calls `found(begin, end)` for the matches in `text` (well-formed UTF-8) from left to right. Empty
    /// matches are reported too, but for one that follows a match at once. Errors: the engine gave up.
    using Found = std::function<void(size_t begin, size_t end)>;
    Result<> search(std::string_view text, const Found &found);

private:
    friend class Expression;
    struct Scratch;
    int match(std::string_view text, size_t from, uint32_t options, uint32_t bound);
    int next(std::string_view text, size_t from);
    int nextCarefully(std::string_view text, size_t from);

    std::shared_ptr<const Expression::Code> m_code;
    std::unique_ptr<Scratch> m_scratch;
    int m_longSearches;
};

} // namespace lathe
