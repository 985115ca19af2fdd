// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/expression.h"

#include "core/formats/printable.h"
#include "core/text/expression_syntax.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <mutex>
#include <vector>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace lathe {

namespace {

constexpr size_t kJitStackBytes = 512 * 1024;
constexpr uint32_t kShortBound = 4096;      ///< matching steps from one place, of a file's expression
constexpr uint32_t kLongBound = 10'000'000; ///< PCRE2's default
constexpr size_t kIdleScratch = 8;
constexpr int kLongSearches = 16; ///< how often the long bound is granted in one run

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

/// What PCRE2 writes to while it matches: of one thread at a time.
struct ExpressionRun::Scratch {
    std::unique_ptr<pcre2_match_context, FreeWith<pcre2_match_context_free>> context;
    std::unique_ptr<pcre2_jit_stack, FreeWith<pcre2_jit_stack_free>> stack;
    std::unique_ptr<pcre2_match_data, FreeWith<pcre2_match_data_free>> match;

    bool ready() const { return context && stack && match; }
};

struct Expression::Code {
    std::unique_ptr<pcre2_code, FreeWith<pcre2_code_free>> code;
    Origin origin = Origin::Ours;

    /// Scratch of runs that ended: making it takes longer than most searches.
    mutable std::mutex mutex;
    mutable std::vector<std::unique_ptr<ExpressionRun::Scratch>> idle;
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

ExpressionRun::ExpressionRun(const Expression &expression)
    : m_code(expression.m_code), m_longSearches(kLongSearches)
{
    {
        const std::scoped_lock lock(m_code->mutex);
        if (!m_code->idle.empty()) {
            m_scratch = std::move(m_code->idle.back());
            m_code->idle.pop_back();
            return;
        }
    }
    m_scratch = std::make_unique<Scratch>();
    m_scratch->context.reset(pcre2_match_context_create(nullptr));
    m_scratch->stack.reset(pcre2_jit_stack_create(32 * 1024, kJitStackBytes, nullptr));
    m_scratch->match.reset(pcre2_match_data_create(1, nullptr));
    if (m_scratch->ready())
        pcre2_jit_stack_assign(m_scratch->context.get(), nullptr, m_scratch->stack.get());
}

ExpressionRun::~ExpressionRun()
{
    const std::scoped_lock lock(m_code->mutex);
    if (m_scratch->ready() && m_code->idle.size() < kIdleScratch)
        m_code->idle.push_back(std::move(m_scratch));
}

int ExpressionRun::match(std::string_view text, size_t from, uint32_t options, uint32_t bound)
{
    pcre2_set_match_limit(m_scratch->context.get(), bound);
    return pcre2_match(m_code->code.get(), reinterpret_cast<PCRE2_SPTR8>(text.data()), text.size(), from,
                       PCRE2_NO_UTF_CHECK | options, m_scratch->match.get(), m_scratch->context.get());
}

int ExpressionRun::next(std::string_view text, size_t from)
{
    if (m_code->origin == Expression::Origin::Ours)
        return match(text, from, 0, kLongBound);
    const int rc = match(text, from, 0, kShortBound);
    return isBoundReached(rc) ? nextCarefully(text, from) : rc;
}

/// PCRE2 counts steps anew at each place of a search, so the long bound goes to one place at a time.
int ExpressionRun::nextCarefully(std::string_view text, size_t from)
{
    for (size_t at = from; at <= text.size(); at += std::max<size_t>(utf8Length(text, at), 1)) {
        int rc = match(text, at, PCRE2_ANCHORED, kShortBound);
        if (isBoundReached(rc) && m_longSearches-- > 0)
            rc = match(text, at, PCRE2_ANCHORED, kLongBound);
        if (rc != PCRE2_ERROR_NOMATCH)
            return rc;
    }
    return PCRE2_ERROR_NOMATCH;
}

Result<> ExpressionRun::search(std::string_view text, const Found &found)
{
    if (!m_scratch->ready())
        return fail(Errc::OutOfMemory, "text", "no memory for the tokenizer's expression",
                    "close other programs");
    const size_t *span = pcre2_get_ovector_pointer(m_scratch->match.get());
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
