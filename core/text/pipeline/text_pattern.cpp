// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline/text_pattern.h"

namespace lathe {

Result<TextPattern> TextPattern::fromJson(const JsonPlace &place)
{
    if (place.json().is_string())
        return TextPattern(place.json().get_ref<const std::string &>());
    if (place.find("String")) {
        LATHE_ASSIGN(std::string text, place.text("String"));
        return TextPattern(std::move(text));
    }
    LATHE_ASSIGN(std::string expression, place.text("Regex"));
    TextPattern pattern(std::move(expression));
    LATHE_ASSIGN(pattern.m_expression,
                 Expression::compile(pattern.m_text, Expression::Origin::File, place.file()));
    return pattern;
}

PatternRun::PatternRun(const TextPattern &pattern) : m_pattern(pattern)
{
    if (pattern.m_expression)
        m_run.emplace(*pattern.m_expression);
}

Result<> PatternRun::search(std::string_view text, const ExpressionRun::Found &found)
{
    if (m_run)
        return m_run->search(text, found);
    const std::string &wanted = m_pattern.m_text;
    if (wanted.empty())
        return {};
    for (size_t at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, at + wanted.size()))
        found(at, at + wanted.size());
    return {};
}

} // namespace lathe
