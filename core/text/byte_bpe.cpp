// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/printable.h"
#include "core/text/byte_alphabet.h"
#include "core/text/merge_table.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_model.h"
#include "core/text/word_cache.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

constexpr uint32_t kNoToken = UINT32_MAX;

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

    Result<> encode(std::string_view text, const Section &section, std::vector<uint32_t> &out) const override;
    std::string bytesOf(uint32_t id) const override;
    bool addsBosByDefault() const override { return m_row.addsBos; }
    bool addsSpacePrefix() const override { return false; }

private:
    /// `ids` is room to work in, kept between words.
    void encodeWord(std::string_view word, std::vector<uint32_t> &ids, std::vector<uint32_t> &out) const;
    std::optional<uint32_t> wholeWord(std::string_view word) const;

    const TokenizerSpec &m_spec;
    const TokenMap &m_tokens;
    const PreTokenizerRow &m_row;
    PreTokenizer m_pre;
    MergeTable m_merges;
    std::array<std::string, 256> m_alphabet;
    std::array<uint32_t, 256> m_byteIds{};
};

Result<> ByteBpe::encode(std::string_view text, const Section &, std::vector<uint32_t> &out) const
{
    WordCache cache(text.size());
    std::vector<uint32_t> ids;
    return m_pre.split(text, [&](std::string_view word) {
        if (cache.append(word, out))
            return;
        const size_t begin = out.size();
        encodeWord(word, ids, out);
        cache.remember(word, begin, out);
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
    mergePairs(m_merges, ids, out);
}

std::optional<uint32_t> ByteBpe::wholeWord(std::string_view word) const
{
    std::string spelling;
    for (const char c : word)
        spelling += m_alphabet[uint8_t(c)];
    const auto id = m_tokens.find(spelling);
    return id && isPlainToken(m_spec, *id) ? id : std::nullopt;
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
