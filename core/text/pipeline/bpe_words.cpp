// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/characters.h"
#include "core/text/merge_table.h"
#include "core/text/pipeline/word_model.h"
#include "core/text/word_cache.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

/// Merging begins with a symbol for each character. Two neighbours that no merge has side by side can never
/// come together, so a word falls apart there: text without borders (SentencePiece's) becomes short pieces
/// that repeat, with the same result.
class BpeWords final : public WordModel
{
public:
    BpeWords(const TokenModelInput &input, const TextPipeline &pipeline)
        : m_spec(input.spec), m_tokens(input.tokens), m_pipeline(pipeline), m_bytes(byteTokens(input.tokens)),
          m_merges(pipeline.merges.size())
    {
        m_common.fill(kNoToken);
        for (char32_t code = 0; code < m_common.size(); ++code) {
            std::string character;
            appendCharacter(character, code);
            m_common[code] = find(character);
        }
    }

    /// False: the merges were chosen to make their table slow.
    bool readMerges();
    bool findNeighbours();

    Result<> encode(const Words &words, std::vector<uint32_t> &out) const override;

private:
    struct Symbol {
        uint32_t id;
        size_t begin; ///< in the word
    };
    /// Room to work in, kept between words.
    struct Scratch {
        std::vector<Symbol> symbols;
        std::vector<uint32_t> ids;
    };

    uint32_t find(std::string_view spelling) const
    {
        const auto id = m_tokens.find(spelling);
        return id && isWordToken(m_spec, *id) ? *id : kNoToken;
    }
    uint32_t characterToken(std::string_view character, char32_t code) const
    {
        return code < m_common.size() ? m_common[code] : find(character);
    }
    void symbolsOf(std::string_view word, std::vector<Symbol> &symbols) const;
    void encodeWord(std::string_view word, WordCache &cache, Scratch &scratch,
                    std::vector<uint32_t> &out) const;
    bool mayMeet(uint32_t left, uint32_t right) const
    {
        return m_pipeline.spellsBytes() || m_neighbours.find(left, right).rank != MergeTable::kNoRank;
    }

    const TokenizerSpec &m_spec;
    const TokenMap &m_tokens;
    const TextPipeline &m_pipeline;
    std::vector<uint32_t> m_bytes;
    std::array<uint32_t, 0x200> m_common; ///< tokens of the first characters, all of GPT-2's alphabet
    MergeTable m_merges;
    MergeTable m_neighbours; ///< pairs of first symbols that some merge has side by side
};

bool BpeWords::readMerges()
{
    std::string whole;
    for (uint32_t rank = 0; rank < m_pipeline.merges.size(); ++rank) {
        const auto [left, right] = m_pipeline.merges[rank];
        whole.assign(m_spec.tokens[left]).append(m_spec.tokens[right]);
        const uint32_t id = find(whole);
        if (id != kNoToken && !m_merges.add(left, right, {rank, id}))
            return false;
    }
    return true;
}

/// A token on the left of a merge ends with its last character's symbol, or is a symbol itself (a byte's).
bool BpeWords::findNeighbours()
{
    const auto edge = [&](uint32_t id, bool last) {
        const std::string &spelling = m_spec.tokens[id];
        if (spelling.empty())
            return kNoToken;
        const Character c = last ? characterBefore(spelling, spelling.size()) : characterAt(spelling, 0);
        const size_t length = std::min(c.length, spelling.size());
        return characterToken(std::string_view(spelling).substr(last ? spelling.size() - length : 0, length),
                              c.code);
    };
    std::vector<std::pair<uint32_t, uint32_t>> pairs;
    for (const auto &[left, right] : m_pipeline.merges)
        for (const uint32_t a : {left, edge(left, true)})
            for (const uint32_t b : {right, edge(right, false)})
                pairs.emplace_back(a, b);
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    m_neighbours = MergeTable(pairs.size());
    return std::all_of(pairs.begin(), pairs.end(), [&](const auto &p) {
        return m_neighbours.add(p.first, p.second, {0, 0});
    });
}

void BpeWords::symbolsOf(std::string_view word, std::vector<Symbol> &symbols) const
{
    symbols.clear();
    bool afterUnknown = false;
    for (size_t at = 0; at < word.size();) {
        const Character c = characterAt(word, at);
        const std::string_view character = word.substr(at, c.length);
        const uint32_t id = characterToken(character, c.code);
        const auto lacks = [&](char byte) { return m_bytes[uint8_t(byte)] == kNoToken; };
        bool isUnknown = false;
        if (id != kNoToken) {
            symbols.push_back({id, at});
        } else if (m_pipeline.byteFallback && std::none_of(character.begin(), character.end(), lacks)) {
            for (size_t i = 0; i < character.size(); ++i)
                symbols.push_back({m_bytes[uint8_t(character[i])], at + i});
        } else if (m_pipeline.unknown) { // without one the character is left out, as tokenizers does
            isUnknown = true;
            if (!afterUnknown || !m_pipeline.fuseUnknown)
                symbols.push_back({*m_pipeline.unknown, at});
        }
        afterUnknown = isUnknown;
        at += c.length;
    }
}

Result<> BpeWords::encode(const Words &words, std::vector<uint32_t> &out) const
{
    WordCache cache(words.text.size());
    Scratch scratch;
    for (const Words::Range &range : words.ranges) {
        const std::string_view word = words.word(range);
        if (cache.append(word, out))
            continue;
        const size_t begin = out.size();
        encodeWord(word, cache, scratch, out);
        cache.remember(word, begin, out);
    }
    return {};
}

void BpeWords::encodeWord(std::string_view word, WordCache &cache, Scratch &scratch,
                          std::vector<uint32_t> &out) const
{
    if (m_pipeline.ignoreMerges) {
        if (const uint32_t id = find(word); id != kNoToken) {
            out.push_back(id);
            return;
        }
    }
    auto &symbols = scratch.symbols;
    symbolsOf(word, symbols);
    for (size_t first = 0; first < symbols.size();) {
        size_t last = first + 1;
        scratch.ids.assign(1, symbols[first].id);
        while (last < symbols.size() && mayMeet(symbols[last - 1].id, symbols[last].id))
            scratch.ids.push_back(symbols[last++].id);
        const size_t end = last < symbols.size() ? symbols[last].begin : word.size();
        const std::string_view piece = word.substr(symbols[first].begin, end - symbols[first].begin);
        // With ignoreMerges the same bytes as a whole word may have other ids.
        const bool isPart = last - first < symbols.size() && last - first > 1 && !m_pipeline.ignoreMerges;
        if (!isPart || !cache.append(piece, out)) {
            const size_t begin = out.size();
            mergePairs(m_merges, scratch.ids, out);
            if (isPart)
                cache.remember(piece, begin, out);
        }
        first = last;
    }
}

} // namespace

Result<std::unique_ptr<WordModel>> createBpeWords(const TokenModelInput &input, const TextPipeline &pipeline)
{
    auto words = std::make_unique<BpeWords>(input, pipeline);
    if (!words->readMerges() || (!pipeline.spellsBytes() && !words->findNeighbours()))
        return fail(Errc::BadInput, input.subject, "model.merges fall onto few places of the table",
                    "download the file again");
    return words;
}

} // namespace lathe
