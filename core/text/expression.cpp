// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/expression.h"

#include "core/formats/printable.h"
#include "core/text/expression_syntax.h"
#include "core/text/utf8.h"

#include <algorithm>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace lathe {

namespace {

constexpr size_t kJitStackBytes = 512 * 1024;
constexpr uint32_t kShortBound = 4096;      ///< matching steps from one place, of a file's expression
constexpr uint32_t kLongBound = 10'000'000; ///< PCRE2's default
constexpr int kLongSearches = 64;           ///< how often the long bound is granted in one run

template <auto Free> struct FreeWith {
    template <class T> void operator()(T *p) const { Free(p); }
};

std::string engineMessage(int code)
{
    char text[256] = {};
    pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR8 *>(text), sizeof text);
    return text;
}

bool isBoundReached(int code)
{
    return code == PCRE2_ERROR_MATCHLIMIT || code == PCRE2_ERROR_DEPTHLIMIT ||
           code == PCRE2_ERROR_HEAPLIMIT || code == PCRE2_ERROR_JIT_STACKLIMIT;
}

} // namespace

struct Expression::Code {
    std::unique_ptr<pcre2_code, FreeWith<pcre2_code_free>> code;
    Origin origin = Origin::Ours;
};

struct ExpressionRun::State {
    std::shared_ptr<const Expression::Code> expression;
    std::unique_ptr<pcre2_match_context, FreeWith<pcre2_match_context_free>> context;
    std::unique_ptr<pcre2_jit_stack, FreeWith<pcre2_jit_stack_free>> stack;
    std::unique_ptr<pcre2_match_data, FreeWith<pcre2_match_data_free>> match;
    int longSearches = kLongSearches;

    bool ready() const { return context && stack && match; }
    int run(std::string_view text, size_t from, uint32_t options, uint32_t bound)
    {
        pcre2_set_match_limit(context.get(), bound);
        return pcre2_match(expression->code.get(), reinterpret_cast<PCRE2_SPTR8>(text.data()), text.size(),
                           from, PCRE2_NO_UTF_CHECK | options, match.get(), context.get());
    }
};

Result<Expression> Expression::compile(std::string_view expression, Origin origin, const std::string &subject)
{
    LATHE_ASSIGN(const std::string pattern, pcre2Expression(expression, subject));
    std::unique_ptr<pcre2_compile_context, FreeWith<pcre2_compile_context_free>> context(
        pcre2_compile_context_create(nullptr));
    if (context)
        pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int error = 0;
    size_t offset = 0;
    auto code = std::make_shared<Code>();
    code->origin = origin;
    code->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR8>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &offset,
                                   context.get()));
    if (!code->code)
        return fail(Errc::BadInput, subject,
                    "the expression " + printable(expression) + " does not compile: " + engineMessage(error),
                    "repair the file");
    // Where the system forbids executable memory the same expression runs interpreted.
    pcre2_jit_compile(code->code.get(), PCRE2_JIT_COMPLETE);
    return Expression(std::move(code));
}

ExpressionRun::ExpressionRun(const Expression &expression) : m_state(std::make_unique<State>())
{
    m_state->expression = expression.m_code;
    m_state->context.reset(pcre2_match_context_create(nullptr));
    m_state->stack.reset(pcre2_jit_stack_create(32 * 1024, kJitStackBytes, nullptr));
    m_state->match.reset(pcre2_match_data_create(1, nullptr));
    if (m_state->ready())
        pcre2_jit_stack_assign(m_state->context.get(), nullptr, m_state->stack.get());
}

ExpressionRun::~ExpressionRun() = default;

int ExpressionRun::next(std::string_view text, size_t from)
{
    if (m_state->expression->origin == Expression::Origin::Ours)
        return m_state->run(text, from, 0, kLongBound);
    const int rc = m_state->run(text, from, 0, kShortBound);
    return isBoundReached(rc) ? nextCarefully(text, from) : rc;
}

/// PCRE2 counts steps anew at each place of a search, so the long bound goes to one place at a time.
int ExpressionRun::nextCarefully(std::string_view text, size_t from)
{
    for (size_t at = from; at <= text.size(); at += std::max<size_t>(utf8Length(text, at), 1)) {
        int rc = m_state->run(text, at, PCRE2_ANCHORED, kShortBound);
        if (isBoundReached(rc) && m_state->longSearches-- > 0)
            rc = m_state->run(text, at, PCRE2_ANCHORED, kLongBound);
        if (rc != PCRE2_ERROR_NOMATCH)
            return rc;
    }
    return PCRE2_ERROR_NOMATCH;
}

Result<> ExpressionRun::search(std::string_view text, const Found &found)
{
    if (!m_state->ready())
        return fail(Errc::OutOfMemory, "text", "no memory for the tokenizer's expression",
                    "close other programs");
    const size_t *span = pcre2_get_ovector_pointer(m_state->match.get());
    size_t lastEnd = std::string_view::npos;
    for (size_t from = 0; from <= text.size();) {
        const int rc = next(text, from);
        if (rc == PCRE2_ERROR_NOMATCH)
            return {};
        const size_t begin = span[0], end = span[1];
        if (rc < 0 || end < begin || begin < from)
            return fail(Errc::BadInput, "text",
                        "the tokenizer's expression gave up: " +
                            engineMessage(rc < 0 ? rc : PCRE2_ERROR_INTERNAL),
                        "split the text into shorter ones");
        if (begin < end || begin != lastEnd)
            found(begin, end);
        lastEnd = end;
        from = begin < end ? end : end + std::max<size_t>(utf8Length(text, end), 1);
    }
    return {};
}

} // namespace lathe
