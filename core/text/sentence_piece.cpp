// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/text/byte_alphabet.h"
#include "core/text/token_model.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>

namespace lathe {

namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr std::string_view kSpaceMark = "\u2581"; ///< '▁', how a piece spells a space

/// `spelling` with each '▁' as a space.
std::string withSpaces(std::string_view spelling)
{
    std::string out;
    for (size_t at = 0; at < spelling.size();) {
        const bool mark = spelling.substr(at, kSpaceMark.size()) == kSpaceMark;
        out += mark ? ' ' : spelling[at];
        at += mark ? kSpaceMark.size() : 1;
    }
    return out;
}

/// SentencePiece's BPE (Kudo & Richardson 2018): over the whole text, characters first, the neighbours whose
/// joint piece has the highest score merge first, of equal ones the leftmost. A character that is no piece
/// becomes its byte tokens, else the unknown token, one for a run of them.
class SentencePiece final : public TokenModel
{
public:
    explicit SentencePiece(const TokenModelInput &input)
        : m_spec(input.spec), m_tokens(input.tokens), m_spacePrefix(input.spec.addSpacePrefix.value_or(true))
    {
        m_byteIds.fill(kNone);
        for (uint32_t id = 0; id < m_spec.tokens.size(); ++id) {
            const auto byte = byteOf(id);
            if (byte && m_byteIds[*byte] == kNone)
                m_byteIds[*byte] = id;
            if (isPlainToken(m_spec, id))
                m_longest = std::max(m_longest, m_spec.tokens[id].size());
        }
    }

    Result<> encode(std::string_view text, const Section &section, std::vector<uint32_t> &out) const override;
    std::string bytesOf(uint32_t id) const override;
    std::string textOfUserDefined(const std::string &spelling) const override { return withSpaces(spelling); }
    bool addsBosByDefault() const override { return true; }
    bool addsSpacePrefix() const override { return m_spacePrefix; }

private:
    struct Symbol {
        size_t begin, length; ///< in the normalized text; length 0: merged into its left neighbour
        uint32_t previous, next;
    };

    std::optional<uint8_t> byteOf(uint32_t id) const;
    std::optional<uint32_t> findPiece(std::string_view text) const;
    std::string normalized(std::string_view text) const;
    void merge(std::string_view text, std::vector<Symbol> &symbols) const;
    Result<> append(std::string_view piece, bool &lastUnknown, std::vector<uint32_t> &out) const;

    const TokenizerSpec &m_spec;
    const TokenMap &m_tokens;
    bool m_spacePrefix;
    size_t m_longest = 0; ///< bytes of the longest piece
    std::array<uint32_t, 256> m_byteIds;
};

/// A byte token by its type; a vocabulary without types has them by their spelling.
std::optional<uint8_t> SentencePiece::byteOf(uint32_t id) const
{
    if (!m_spec.types.empty() && tokenType(m_spec, id) != TokenType::Byte)
        return std::nullopt;
    return spelledByte(m_spec.tokens[id]);
}

std::optional<uint32_t> SentencePiece::findPiece(std::string_view text) const
{
    if (text.size() > m_longest)
        return std::nullopt;
    const auto id = m_tokens.find(text);
    return id && isPlainToken(m_spec, *id) ? id : std::nullopt;
}

/// With the space prefix, and each space as '▁'.
std::string SentencePiece::normalized(std::string_view text) const
{
    std::string out;
    out.reserve(text.size() + text.size() / 2 + kSpaceMark.size());
    if (m_spec.removeExtraWhitespaces) {
        const size_t first = text.find_first_not_of(' ');
        if (first == std::string_view::npos)
            return out;
        text = text.substr(first, text.find_last_not_of(' ') - first + 1);
    }
    if (m_spacePrefix)
        out += kSpaceMark;
    char last = 0;
    for (const char c : text) {
        if (c != ' ')
            out += c;
        else if (!m_spec.removeExtraWhitespaces || last != ' ')
            out += kSpaceMark;
        last = c;
    }
    return out;
}

void SentencePiece::merge(std::string_view text, std::vector<Symbol> &symbols) const
{
    struct Candidate {
        float score;
        uint32_t left;
        size_t length; ///< of the joint piece: tells a candidate whose symbols have changed

        bool operator<(const Candidate &o) const
        {
            return score != o.score ? score < o.score : left > o.left;
        }
    };
    std::priority_queue<Candidate> queue;
    const auto consider = [&](uint32_t left) {
        const uint32_t right = left == kNone ? kNone : symbols[left].next;
        if (right == kNone)
            return;
        const size_t length = symbols[left].length + symbols[right].length;
        if (const auto id = findPiece(text.substr(symbols[left].begin, length)))
            queue.push({m_spec.scores[*id], left, length});
    };
    for (uint32_t i = 0; i < symbols.size(); ++i)
        consider(i);
    while (!queue.empty()) {
        const Candidate c = queue.top();
        queue.pop();
        Symbol &left = symbols[c.left];
        if (left.length == 0 || left.next == kNone || left.length + symbols[left.next].length != c.length)
            continue;
        Symbol &right = symbols[left.next];
        left.length = c.length;
        right.length = 0;
        left.next = right.next;
        if (left.next != kNone)
            symbols[left.next].previous = c.left;
        consider(left.previous);
        consider(c.left);
    }
}

Result<> SentencePiece::append(std::string_view piece, bool &lastUnknown, std::vector<uint32_t> &out) const
{
    const bool afterUnknown = std::exchange(lastUnknown, false);
    if (const auto id = findPiece(piece)) {
        out.push_back(*id);
        return {};
    }
    const auto idOfByte = [&](char c) { return m_byteIds[uint8_t(c)]; };
    if (std::none_of(piece.begin(), piece.end(), [&](char c) { return idOfByte(c) == kNone; })) {
        std::transform(piece.begin(), piece.end(), std::back_inserter(out), idOfByte);
        return {};
    }
    if (!m_spec.unk)
        return fail(Errc::BadInput, "text",
                    "the vocabulary has no token for \"" + toValidUtf8(piece) +
                        "\" and none for unknown text",
                    "remove that character");
    if (!afterUnknown)
        out.push_back(*m_spec.unk);
    lastUnknown = true;
    return {};
}

Result<> SentencePiece::encode(std::string_view rawText, const Section &, std::vector<uint32_t> &out) const
{
    const std::string text = normalized(rawText);
    std::vector<Symbol> symbols;
    symbols.reserve(text.size());
    for (size_t at = 0; at < text.size(); at += symbols.back().length) {
        const auto index = uint32_t(symbols.size());
        symbols.push_back({at, std::max<size_t>(utf8Length(text, at), 1), index - 1, index + 1});
    }
    if (symbols.empty())
        return {};
    symbols.front().previous = symbols.back().next = kNone;
    merge(text, symbols);
    bool lastUnknown = false;
    for (uint32_t at = 0; at != kNone; at = symbols[at].next)
        LATHE_TRY(
            append(std::string_view(text).substr(symbols[at].begin, symbols[at].length), lastUnknown, out));
    return {};
}

std::string SentencePiece::bytesOf(uint32_t id) const
{
    if (const auto byte = byteOf(id))
        return std::string(1, char(*byte));
    return withSpaces(m_spec.tokens[id]);
}

Result<> checkBytesAndScores(const TokenModelInput &input)
{
    const TokenizerSpec &spec = input.spec;
    const auto bad = [&](const std::string &what) {
        return fail(Errc::BadInput, input.subject, what, "convert the model again");
    };
    if (spec.scores.empty())
        return bad("tokenizer.ggml.scores is missing or empty");
    for (uint32_t id = 0; id < spec.tokens.size(); ++id) {
        if (!std::isfinite(spec.scores[id]))
            return bad("tokenizer.ggml.scores entry " + std::to_string(id) + " is not a finite number");
        if (tokenType(spec, id) == TokenType::Byte && !spelledByte(spec.tokens[id]))
            return bad("tokenizer.ggml.tokens entry " + std::to_string(id) +
                       " is a byte token and is not spelled <0xNN>");
    }
    return {};
}

} // namespace

Result<std::unique_ptr<TokenModel>> createSentencePiece(const TokenModelInput &input)
{
    LATHE_TRY(checkBytesAndScores(input));
    return std::make_unique<SentencePiece>(input);
}

} // namespace lathe
