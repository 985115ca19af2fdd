// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/printable.h"
#include "core/text/byte_alphabet.h"
#include "core/text/merge_table.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_model.h"

#include <algorithm>
#include <array>
#include <queue>
#include <span>
#include <tuple>

namespace lathe {

namespace {

constexpr uint32_t kNoToken = UINT32_MAX;
/// Up to here merging rescans the word for its best pair, beyond it keeps a heap: quadratic, but faster.
constexpr size_t kShortWord = 32;

/// Remembers where in the output the ids of recent words stand. A word is looked up by its bytes.
class WordCache
{
public:
    explicit WordCache(size_t textBytes)
        : m_slots(std::bit_ceil(std::clamp<size_t>(textBytes / 8, 16, 16384)))
    {
    }

    struct Slot {
        std::string_view word;
        size_t begin = 0; ///< of its ids in the output
        size_t count = 0;
    };
    Slot &slot(std::string_view word)
    {
        return m_slots[std::hash<std::string_view>()(word) & (m_slots.size() - 1)];
    }

private:
    std::vector<Slot> m_slots;
};

/// Byte-level BPE (Sennrich et al. 2016 over bytes, as GPT-2 does): within each word of the pre-tokenizer the
/// pair of lowest rank merges first, of equal ones the leftmost. A byte that the vocabulary has no token for
/// is left out, as transformers does (many vocabularies lack bytes that no well-formed text has).
class ByteBpe final : public TokenModel
{
public:
    ByteBpe(const TokenModelInput &input, const PreTokenizerRow &row, PreTokenizer pre, MergeTable merges)
        : m_spec(input.spec), m_tokens(input.tokens), m_row(row), m_pre(std::move(pre)),
          m_merges(std::move(merges))
    {
        for (int b = 0; b < 256; ++b) {
            m_alphabet[size_t(b)] = byteToAlphabet(uint8_t(b));
            const auto id = m_tokens.find(m_alphabet[size_t(b)]);
            m_byteIds[size_t(b)] = id && isPlainToken(m_spec, *id) ? *id : kNoToken;
        }
    }

    Result<> encode(std::string_view text, std::vector<uint32_t> &out) const override;
    std::string bytesOf(uint32_t id) const override;
    bool addsBosByDefault() const override { return m_row.addsBos; }
    bool addsSpacePrefix() const override { return false; }

private:
    /// `ids` is room to work in, kept between words.
    void encodeWord(std::string_view word, std::vector<uint32_t> &ids, std::vector<uint32_t> &out) const;
    std::optional<uint32_t> wholeWord(std::string_view word) const;
    void mergeShort(std::vector<uint32_t> &ids, std::vector<uint32_t> &out) const;
    void mergeLong(std::span<const uint32_t> ids, std::vector<uint32_t> &out) const;

    const TokenizerSpec &m_spec;
    const TokenMap &m_tokens;
    const PreTokenizerRow &m_row;
    PreTokenizer m_pre;
    MergeTable m_merges;
    std::array<std::string, 256> m_alphabet;
    std::array<uint32_t, 256> m_byteIds{};
};

Result<> ByteBpe::encode(std::string_view text, std::vector<uint32_t> &out) const
{
    WordCache cache(text.size());
    std::vector<uint32_t> ids;
    return m_pre.split(text, [&](std::string_view word) {
        WordCache::Slot &slot = cache.slot(word);
        const size_t begin = out.size();
        if (slot.word == word) {
            out.resize(begin + slot.count);
            std::copy_n(out.begin() + ptrdiff_t(slot.begin), slot.count, out.begin() + ptrdiff_t(begin));
            return;
        }
        encodeWord(word, ids, out);
        slot = {word, begin, out.size() - begin};
    });
}

void ByteBpe::encodeWord(std::string_view word, std::vector<uint32_t> &ids, std::vector<uint32_t> &out) const
{
    if (m_row.wholeWords) {
        if (const auto id = wholeWord(word)) {
            out.push_back(*id);
            return;
        }
    }
    ids.clear();
    for (const char c : word)
        if (const uint32_t id = m_byteIds[uint8_t(c)]; id != kNoToken)
            ids.push_back(id);
    if (ids.size() <= kShortWord)
        mergeShort(ids, out);
    else
        mergeLong(ids, out);
}

std::optional<uint32_t> ByteBpe::wholeWord(std::string_view word) const
{
    std::string spelling;
    for (const char c : word)
        spelling += m_alphabet[uint8_t(c)];
    const auto id = m_tokens.find(spelling);
    return id && isPlainToken(m_spec, *id) ? id : std::nullopt;
}

void ByteBpe::mergeShort(std::vector<uint32_t> &ids, std::vector<uint32_t> &out) const
{
    std::array<MergeTable::Merge, kShortWord> merges; // of ids[i] with ids[i + 1]
    size_t count = ids.size();
    for (size_t i = 0; i + 1 < count; ++i)
        merges[i] = m_merges.find(ids[i], ids[i + 1]);
    while (count > 1) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < count; ++i)
            if (merges[i].rank < merges[best].rank)
                best = i;
        if (merges[best].rank == MergeTable::kNoRank)
            break;
        ids[best] = merges[best].id;
        for (size_t i = best + 1; i + 1 < count; ++i) {
            ids[i] = ids[i + 1];
            merges[i - 1] = merges[i];
        }
        --count;
        if (best + 1 < count)
            merges[best] = m_merges.find(ids[best], ids[best + 1]);
        if (best > 0)
            merges[best - 1] = m_merges.find(ids[best - 1], ids[best]);
    }
    out.insert(out.end(), ids.begin(), ids.begin() + ptrdiff_t(count));
}

void ByteBpe::mergeLong(std::span<const uint32_t> ids, std::vector<uint32_t> &out) const
{
    constexpr uint32_t kNone = UINT32_MAX;
    struct Symbol {
        uint32_t id, previous, next;
    };
    struct Candidate {
        uint32_t rank, left;
        uint32_t leftId, rightId, id; ///< stale once either neighbour has changed

        bool operator>(const Candidate &o) const { return std::tie(rank, left) > std::tie(o.rank, o.left); }
    };
    std::vector<Symbol> symbols(ids.size());
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    const auto consider = [&](uint32_t left) {
        const uint32_t right = left == kNone ? kNone : symbols[left].next;
        if (right == kNone)
            return;
        const auto merge = m_merges.find(symbols[left].id, symbols[right].id);
        if (merge.rank != MergeTable::kNoRank)
            queue.push({merge.rank, left, symbols[left].id, symbols[right].id, merge.id});
    };
    for (uint32_t i = 0; i < symbols.size(); ++i)
        symbols[i] = {ids[i], i == 0 ? kNone : i - 1, i + 1 == symbols.size() ? kNone : i + 1};
    for (uint32_t i = 0; i < symbols.size(); ++i)
        consider(i);
    while (!queue.empty()) {
        const Candidate c = queue.top();
        queue.pop();
        Symbol &left = symbols[c.left];
        if (left.id != c.leftId || left.next == kNone || symbols[left.next].id != c.rightId)
            continue;
        Symbol &right = symbols[left.next];
        left.id = c.id;
        right.id = kNone; // so that a candidate that begins here is stale
        left.next = right.next;
        if (left.next != kNone)
            symbols[left.next].previous = c.left;
        consider(left.previous);
        consider(c.left);
    }
    for (uint32_t at = 0; at != kNone; at = symbols[at].next)
        out.push_back(symbols[at].id);
}

std::string ByteBpe::bytesOf(uint32_t id) const
{
    const std::string &spelling = m_spec.tokens[id];
    if (tokenType(m_spec, id) == TokenType::UserDefined)
        return spelling;
    return alphabetToBytes(spelling).value_or(spelling);
}

Result<MergeTable> readMerges(const TokenModelInput &input)
{
    const auto &merges = input.spec.merges;
    MergeTable table(merges.size());
    std::string whole;
    for (uint32_t rank = 0; rank < merges.size(); ++rank) {
        const auto bad = [&](const std::string &what) {
            return fail(Errc::BadInput, input.subject,
                        "tokenizer.ggml.merges entry " + std::to_string(rank) + " " + what,
                        "convert the model again");
        };
        const std::string_view line = merges[rank];
        const size_t space = line.find(' ', 1); // a part has at least one character
        if (space == std::string_view::npos || space + 1 >= line.size())
            return bad("is not two tokens with a space between them");
        const auto left = input.tokens.find(line.substr(0, space));
        const auto right = input.tokens.find(line.substr(space + 1));
        whole.assign(line.substr(0, space)).append(line.substr(space + 1));
        const auto id = input.tokens.find(whole);
        if (!left || !right || !id)
            return bad("names a token that is not in the vocabulary");
        if (isPlainToken(input.spec, *id) && !table.add(*left, *right, {rank, *id}))
            return bad("and those before it fall onto one place of the table");
    }
    return table;
}

} // namespace

Result<std::unique_ptr<TokenModel>> createByteBpe(const TokenModelInput &input)
{
    const TokenizerSpec &spec = input.spec;
    const PreTokenizerRow *row = findPreTokenizer(spec.pre);
    if (!row)
        return fail(Errc::Unsupported, input.subject, "unsupported: pre-tokenizer " + printable(spec.pre),
                    "known are " + preTokenizerNames());
    if (spec.merges.empty())
        return fail(Errc::BadInput, input.subject, "tokenizer.ggml.merges is missing or empty",
                    "convert the model again");
    LATHE_ASSIGN(MergeTable merges, readMerges(input));
    LATHE_ASSIGN(PreTokenizer pre, PreTokenizer::create(*row));
    return std::make_unique<ByteBpe>(input, *row, std::move(pre), std::move(merges));
}

} // namespace lathe
