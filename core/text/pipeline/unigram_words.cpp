// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/text/characters.h"
#include "core/text/merge_table.h"
#include "core/text/pipeline/word_model.h"
#include "core/text/word_cache.h"

#include <algorithm>
#include <array>
#include <limits>

namespace lathe {

namespace {

constexpr double kUnknownPenalty =
    10; ///< an unknown character's log probability lies so far below the lowest

/// Searches that take longer are given up: vocabularies in use need a few steps for a byte of text.
constexpr uint64_t kStepsPerByte = 256;

/// Tokens by their spelling: finds all that a text begins with.
class PrefixIndex
{
public:
    PrefixIndex() = default;
    PrefixIndex(const TokenizerSpec &spec, std::vector<uint32_t> ids)
        : m_tokens(&spec.tokens), m_ids(std::move(ids))
    {
        std::sort(m_ids.begin(), m_ids.end(),
                  [&](uint32_t a, uint32_t b) { return spelling(a) < spelling(b); });
        size_t at = 0;
        for (size_t byte = 0; byte < 256; ++byte) {
            m_starts[byte] = at;
            while (at < m_ids.size() && uint8_t(spelling(m_ids[at])[0]) == byte)
                ++at;
        }
        m_starts[256] = at;
    }

    /// Calls `found(length, id)` from the shortest to the longest token; adds the steps it took to `work`.
    template <class Found> void scan(std::string_view text, uint64_t &work, const Found &found) const
    {
        const uint8_t lead = uint8_t(text[0]);
        auto first =
            m_ids.begin() + ptrdiff_t(m_starts[lead]); // [first, last): tokens that agree up to `depth`
        auto last = m_ids.begin() + ptrdiff_t(m_starts[size_t(lead) + 1]);
        for (size_t depth = 1; first != last; ++depth, ++work) {
            if (spelling(*first).size() == depth)
                found(depth, *first++);
            if (depth == text.size())
                return;
            const uint8_t c = uint8_t(text[depth]);
            first = std::partition_point(first, last,
                                         [&](uint32_t id) { return uint8_t(spelling(id)[depth]) < c; });
            last = std::partition_point(first, last,
                                        [&](uint32_t id) { return uint8_t(spelling(id)[depth]) == c; });
        }
    }

private:
    const std::string &spelling(uint32_t id) const { return (*m_tokens)[id]; }

    const std::vector<std::string> *m_tokens = nullptr;
    std::vector<uint32_t> m_ids; ///< sorted by spelling, none empty
    std::array<size_t, 257> m_starts{};
};

/// Viterbi over the tokens. Between two characters that no token holds side by side every segmentation has a
/// border, so a word falls apart there: short pieces that repeat, with the same result.
class UnigramWords final : public WordModel
{
public:
    UnigramWords(const TokenModelInput &input, const TextPipeline &pipeline)
        : m_spec(input.spec), m_pipeline(pipeline), m_bytes(byteTokens(input.tokens))
    {
        double lowest = 0;
        std::vector<uint32_t> ids;
        for (uint32_t id = 0; id < pipeline.logProbabilities.size(); ++id) {
            lowest = std::min(lowest, pipeline.logProbabilities[id]);
            if (!m_spec.tokens[id].empty() && isWordToken(m_spec, id))
                ids.push_back(id);
        }
        m_unknownScore = lowest - kUnknownPenalty;
        m_isFlooded = !findNeighbours(ids);
        m_index = PrefixIndex(m_spec, std::move(ids));
    }

    /// The tokens were chosen to make a table slow.
    bool isFlooded() const { return m_isFlooded; }

    Result<> encode(const Words &words, std::vector<uint32_t> &out) const override;

private:
    struct Node {
        double score = -std::numeric_limits<double>::infinity();
        size_t begin = 0;
        uint32_t id = kNoToken; ///< kNoToken at a node that was reached: an unknown character
        bool reached = false;
    };

    bool findNeighbours(const std::vector<uint32_t> &ids);
    bool mayMeet(char32_t left, char32_t right) const
    {
        return m_neighbours.find(left, right).rank != MergeTable::kNoRank;
    }
    /// Room to work in, kept between pieces.
    struct Scratch {
        std::vector<Node> nodes;
        uint64_t steps = 0; ///< of all searches
        uint64_t mostSteps = 0;
    };
    Result<> encodePiece(std::string_view piece, Scratch &scratch, std::vector<uint32_t> &out) const;
    Result<> appendUnknown(std::string_view character, std::vector<uint32_t> &out) const;

    const TokenizerSpec &m_spec;
    const TextPipeline &m_pipeline;
    std::vector<uint32_t> m_bytes;
    double m_unknownScore = 0;
    bool m_isFlooded = false;
    PrefixIndex m_index;
    MergeTable m_neighbours; ///< pairs of characters that some token holds side by side
};

bool UnigramWords::findNeighbours(const std::vector<uint32_t> &ids)
{
    std::vector<std::pair<uint32_t, uint32_t>> pairs;
    for (const uint32_t id : ids) {
        const std::string &spelling = m_spec.tokens[id];
        Character left = characterAt(spelling, 0);
        for (size_t at = left.length; at < spelling.size();) {
            const Character right = characterAt(spelling, at);
            pairs.emplace_back(left.code, right.code);
            at += right.length;
            left = right;
        }
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    m_neighbours = MergeTable(pairs.size());
    return std::all_of(pairs.begin(), pairs.end(), [&](const auto &p) {
        return m_neighbours.add(p.first, p.second, {0, 0});
    });
}

Result<> UnigramWords::encode(const Words &words, std::vector<uint32_t> &out) const
{
    WordCache cache(words.text.size());
    Scratch scratch;
    scratch.mostSteps = kStepsPerByte * uint64_t(words.text.size()) + (1 << 20);
    std::vector<uint32_t> ids; // of all words, unknown ones not joined yet
    std::vector<size_t> ends;  // of each word in `ids`
    for (const Words::Range &range : words.ranges) {
        const std::string_view word = words.word(range);
        for (size_t begin = 0; begin < word.size();) {
            Character left = characterAt(word, begin);
            size_t end = begin + left.length;
            while (end < word.size()) {
                const Character right = characterAt(word, end);
                if (!mayMeet(left.code, right.code))
                    break;
                end += right.length;
                left = right;
            }
            const std::string_view piece = word.substr(begin, end - begin);
            begin = end;
            if (cache.append(piece, ids))
                continue;
            const size_t from = ids.size();
            LATHE_TRY(encodePiece(piece, scratch, ids));
            cache.remember(piece, from, ids);
        }
        ends.push_back(ids.size());
    }
    size_t at = 0;
    for (const size_t end : ends)
        for (const size_t begin = at; at < end; ++at)
            if (at == begin || !m_pipeline.fuseUnknown || ids[at] != m_pipeline.unknown || ids[at - 1] != ids[at])
                out.push_back(ids[at]);
    return {};
}

Result<> UnigramWords::encodePiece(std::string_view piece, Scratch &scratch, std::vector<uint32_t> &out) const
{
    auto &nodes = scratch.nodes;
    nodes.assign(piece.size() + 1, {});
    nodes[0] = {0, 0, kNoToken, true};
    const auto offer = [&](size_t begin, size_t end, double score, uint32_t id) {
        const double sum = score + nodes[begin].score;
        if (!nodes[end].reached || sum > nodes[end].score)
            nodes[end] = {sum, begin, id, true};
    };
    for (size_t at = 0; at < piece.size();) {
        const size_t length = characterAt(piece, at).length;
        bool hasSingle = false;
        m_index.scan(piece.substr(at), scratch.steps, [&](size_t bytes, uint32_t id) {
            offer(at, at + bytes, m_pipeline.logProbabilities[id], id);
            hasSingle |= bytes == length;
        });
        if (!hasSingle)
            offer(at, at + length, m_unknownScore, kNoToken);
        at += length;
        if (scratch.steps > scratch.mostSteps)
            return fail(Errc::BadInput, "text",
                        "it and the vocabulary's long tokens repeat each other too much",
                        "take another model, or a shorter text");
    }
    std::vector<size_t> path;
    for (size_t end = piece.size(); end > 0; end = nodes[end].begin)
        path.push_back(end);
    for (auto end = path.rbegin(); end != path.rend(); ++end) {
        const Node &node = nodes[*end];
        if (node.id != kNoToken)
            out.push_back(node.id);
        else
            LATHE_TRY(appendUnknown(piece.substr(node.begin, *end - node.begin), out));
    }
    return {};
}

Result<> UnigramWords::appendUnknown(std::string_view character, std::vector<uint32_t> &out) const
{
    const auto tokenOf = [&](char byte) { return m_bytes[uint8_t(byte)]; };
    const auto lacks = [&](char byte) { return tokenOf(byte) == kNoToken; };
    if (m_pipeline.byteFallback && std::none_of(character.begin(), character.end(), lacks)) {
        std::transform(character.begin(), character.end(), std::back_inserter(out), tokenOf);
        return {};
    }
    if (!m_pipeline.unknown)
        return fail(Errc::BadInput, "text",
                    "the vocabulary has no token for \"" + toValidUtf8(character) +
                        "\" and none for unknown text",
                    "remove that character");
    out.push_back(*m_pipeline.unknown);
    return {};
}

} // namespace

Result<std::unique_ptr<WordModel>> createUnigramWords(const TokenModelInput &input,
                                                      const TextPipeline &pipeline)
{
    auto words = std::make_unique<UnigramWords>(input, pipeline);
    if (words->isFlooded())
        return fail(Errc::BadInput, input.subject, "model.vocab falls onto few places of a table",
                    "download the file again");
    return words;
}

} // namespace lathe
