// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pre_tokenizer.h"

#include "core/text/utf8.h"

#include <span>

namespace lathe {

namespace {

/// Cuts `text` (well-formed UTF-8) by the expressions of `runs`.
Result<> cut(std::span<const std::unique_ptr<ExpressionRun>> runs, std::string_view text,
             const PreTokenizer::Piece &piece)
{
    if (text.empty())
        return {};
    if (runs.empty()) {
        piece(text);
        return {};
    }
    Result<> inner;
    size_t done = 0;
    const auto cutRest = [&](size_t end) {
        if (inner && end > done)
            inner = cut(runs.subspan(1), text.substr(done, end - done), piece);
        done = end;
    };
    LATHE_TRY(runs[0]->search(text, [&](size_t begin, size_t end) {
        cutRest(begin);
        cutRest(end);
    }));
    cutRest(text.size());
    return inner;
}

} // namespace

Result<PreTokenizer> PreTokenizer::create(const PreTokenizerRow &row)
{
    PreTokenizer result;
    for (const std::string_view expression : row.expressions) {
        LATHE_ASSIGN(Expression stage, Expression::compile(expression, Expression::Origin::Ours,
                                                           std::string(row.names.front())));
        result.m_stages.push_back(std::move(stage));
    }
    return result;
}

Result<> PreTokenizer::split(std::string_view text, const Piece &piece) const
{
    std::vector<std::unique_ptr<ExpressionRun>> runs;
    for (const Expression &stage : m_stages)
        runs.push_back(std::make_unique<ExpressionRun>(stage));
    while (!text.empty()) {
        const size_t good = utf8RunLength(text, true);
        LATHE_TRY(cut(runs, text.substr(0, good), piece));
        text.remove_prefix(good);
        const size_t bad = utf8RunLength(text, false);
        if (bad > 0)
            piece(text.substr(0, bad));
        text.remove_prefix(bad);
    }
    return {};
}

} // namespace lathe
