// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/expression.h"
#include "core/text/pipeline/json_place.h"

#include <optional>

namespace lathe {

/// What a step looks for: a text or an expression.
class TextPattern
{
public:
    /// {"String": …} or {"Regex": …}.
    static Result<TextPattern> fromJson(const JsonPlace &place);
    explicit TextPattern(std::string text) : m_text(std::move(text)) {}

    /// Nothing for an expression.
    const std::string *literal() const { return m_expression ? nullptr : &m_text; }
    /// The text or expression, as the file has it.
    const std::string &source() const { return m_text; }

private:
    friend class PatternRun;

    std::string m_text;
    std::optional<Expression> m_expression;
};

/// Searches texts (well-formed UTF-8) for one pattern; an empty text as pattern is found nowhere.
class PatternRun
{
public:
    explicit PatternRun(const TextPattern &pattern);
    Result<> search(std::string_view text, const ExpressionRun::Found &found);

private:
    const TextPattern &m_pattern;
    std::optional<ExpressionRun> m_run;
};

} // namespace lathe
