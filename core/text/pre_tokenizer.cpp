// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pre_tokenizer.h"

#include "core/text/utf8.h"

#include <span>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace lathe {

namespace {

constexpr std::string_view kSpaces = R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a})"
                                     R"(\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr size_t kJitStackBytes = 512 * 1024;

template <auto Free> struct FreeWith {
    template <class T> void operator()(T *p) const { Free(p); }
};

std::string engineMessage(int code)
{
    char text[256] = {};
    pcre2_get_error_message(code, reinterpret_cast<PCRE2_UCHAR8 *>(text), sizeof text);
    return text;
}

} // namespace

std::string withUnicodeSpaces(std::string_view expression)
{
    std::string out;
    bool inBracket = false;
    for (size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i];
        if (c == '\\' && i + 1 < expression.size()) {
            const char next = expression[++i];
            if (next == 's')
                out.append(inBracket ? "" : "[").append(kSpaces).append(inBracket ? "" : "]");
            else if (next == 'S' && !inBracket)
                out.append("[^").append(kSpaces).append("]");
            else
                out.append({c, next});
            continue;
        }
        if (c == '[' || c == ']')
            inBracket = c == '[';
        out += c;
    }
    return out;
}

/// One compiled expression.
struct PreTokenizer::Stage {
    std::unique_ptr<pcre2_code, FreeWith<pcre2_code_free>> code;
};

namespace {

/// What one call of split() works with: PCRE2's state is not to be shared between threads.
struct Session {
    std::unique_ptr<pcre2_match_context, FreeWith<pcre2_match_context_free>> context;
    std::unique_ptr<pcre2_jit_stack, FreeWith<pcre2_jit_stack_free>> stack;
    std::unique_ptr<pcre2_match_data, FreeWith<pcre2_match_data_free>> match;

    bool ready() const { return context && stack && match; }
};

Session openSession()
{
    Session s;
    s.context.reset(pcre2_match_context_create(nullptr));
    s.stack.reset(pcre2_jit_stack_create(32 * 1024, kJitStackBytes, nullptr));
    s.match.reset(pcre2_match_data_create(1, nullptr));
    if (s.ready())
        pcre2_jit_stack_assign(s.context.get(), nullptr, s.stack.get());
    return s;
}

/// Cuts `text` (well-formed UTF-8) by the expressions from `code` to `end`; the error is PCRE2's code, 0 is
/// none.
int cut(const Session &session, std::span<const pcre2_code *const> codes, std::string_view text,
        const PreTokenizer::Piece &piece)
{
    if (text.empty())
        return 0;
    if (codes.empty()) {
        piece(text);
        return 0;
    }
    const auto subject = reinterpret_cast<PCRE2_SPTR8>(text.data());
    const size_t *found = pcre2_get_ovector_pointer(session.match.get());
    size_t done = 0;
    while (done < text.size()) {
        const int rc = pcre2_match(codes[0], subject, text.size(), done, PCRE2_NO_UTF_CHECK,
                                   session.match.get(), session.context.get());
        if (rc == PCRE2_ERROR_NOMATCH)
            break;
        if (rc < 0)
            return rc;
        const size_t begin = found[0], end = found[1]; // the calls below overwrite them
        if (end <= begin)
            return PCRE2_ERROR_INTERNAL;
        int status = cut(session, codes.subspan(1), text.substr(done, begin - done), piece);
        if (status == 0)
            status = cut(session, codes.subspan(1), text.substr(begin, end - begin), piece);
        if (status != 0)
            return status;
        done = end;
    }
    return cut(session, codes.subspan(1), text.substr(done), piece);
}

/// Bytes of `text` from its start that are well-formed UTF-8, or (`wellFormed` false) that are not.
size_t runLength(std::string_view text, bool wellFormed)
{
    size_t at = 0;
    while (at < text.size()) {
        const size_t length = utf8Length(text, at);
        if ((length > 0) != wellFormed)
            break;
        at += length > 0 ? length : 1;
    }
    return at;
}

} // namespace

Result<PreTokenizer> PreTokenizer::create(const PreTokenizerRow &row)
{
    PreTokenizer result;
    for (const std::string_view expression : row.expressions) {
        const std::string pattern = withUnicodeSpaces(expression);
        int code = 0;
        size_t offset = 0;
        auto stage = std::make_shared<Stage>();
        stage->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR8>(pattern.data()), pattern.size(),
                                        PCRE2_UTF, &code, &offset, nullptr));
        if (!stage->code)
            return fail(Errc::BadInput, std::string(row.names.front()),
                        "the pre-tokenizer's expression does not compile: " + engineMessage(code));
        // Where the system forbids executable memory the same expression runs interpreted.
        pcre2_jit_compile(stage->code.get(), PCRE2_JIT_COMPLETE);
        result.m_stages.push_back(std::move(stage));
    }
    return result;
}

Result<> PreTokenizer::split(std::string_view text, const Piece &piece) const
{
    const Session session = openSession();
    if (!session.ready())
        return fail(Errc::OutOfMemory, "text", "no memory for the pre-tokenizer", "close other programs");
    std::vector<const pcre2_code *> codes;
    for (const auto &stage : m_stages)
        codes.push_back(stage->code.get());
    while (!text.empty()) {
        const size_t good = runLength(text, true);
        const int status = cut(session, codes, text.substr(0, good), piece);
        if (status != 0)
            return fail(Errc::BadInput, "text", "the pre-tokenizer gave up: " + engineMessage(status),
                        "split the text into shorter ones");
        text.remove_prefix(good);
        const size_t bad = runLength(text, false);
        if (bad > 0)
            piece(text.substr(0, bad));
        text.remove_prefix(bad);
    }
    return {};
}

} // namespace lathe
