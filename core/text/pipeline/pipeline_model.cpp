// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/byte_alphabet.h"
#include "core/text/pipeline/word_model.h"
#include "core/text/special_matcher.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace lathe {

namespace {

struct ModelRow {
    TextPipeline::Model kind;
    Result<std::unique_ptr<WordModel>> (*create)(const TokenModelInput &, const TextPipeline &);
};
constexpr ModelRow kModels[] = {{TextPipeline::Model::Bpe, createBpeWords},
                                {TextPipeline::Model::Unigram, createUnigramWords}};

/// A tokenizer.json's way from text to ids, and from an id to bytes.
class PipelineModel final : public TokenModel
{
public:
    PipelineModel(const TokenModelInput &input, std::unique_ptr<WordModel> words)
        : m_spec(input.spec), m_pipeline(*input.spec.pipeline), m_words(std::move(words)),
          m_bytes(byteTokens(input.tokens)), m_isAdded(input.spec.tokens.size())
    {
        for (const AddedToken &added : input.spec.added)
            m_isAdded[added.id] = true;
    }

    /// Spellings that are matched in normalized text, normalized themselves.
    Result<> readAdded()
    {
        std::vector<SpecialMatcher::Entry> entries;
        for (const AddedToken &added : m_spec.added) {
            if (!added.normalized || m_pipeline.normalizers.empty())
                continue;
            LATHE_ASSIGN(std::string spelling, m_pipeline.normalize(added.content, {}));
            entries.push_back({std::move(spelling), added.id, added.singleWord, added.lstrip, added.rstrip});
        }
        m_readsNormalized = !entries.empty();
        m_normalized = SpecialMatcher(std::move(entries));
        return {};
    }

    Result<> encode(std::string_view text, const Section &section, std::vector<uint32_t> &out) const override;
    std::string bytesOf(uint32_t id) const override
    {
        return m_pipeline.decode({{m_spec.tokens[id], m_isAdded[id]}}, true);
    }
    bool readsNormalizedSpellings() const override { return m_readsNormalized; }
    bool addsBosByDefault() const override { return false; }
    bool addsSpacePrefix() const override { return m_spec.addSpacePrefix.value_or(false); }

private:
    Result<> encodeGood(std::string_view text, SectionPlace place, bool reads,
                        std::vector<uint32_t> &out) const;
    Result<> encodeBad(std::string_view bytes, std::vector<uint32_t> &out) const;

    const TokenizerSpec &m_spec;
    const TextPipeline &m_pipeline;
    std::unique_ptr<WordModel> m_words;
    std::vector<uint32_t> m_bytes;
    std::vector<bool> m_isAdded; ///< by id
    SpecialMatcher m_normalized;
    bool m_readsNormalized = false;
};

Result<> PipelineModel::encode(std::string_view text, const Section &section,
                               std::vector<uint32_t> &out) const
{
    SectionPlace place{section.startsText, false};
    while (!text.empty()) {
        const size_t good = utf8RunLength(text, true);
        if (good > 0)
            LATHE_TRY(encodeGood(text.substr(0, good), place, section.readsSpellings, out));
        text.remove_prefix(good);
        const size_t bad = utf8RunLength(text, false);
        if (bad > 0)
            LATHE_TRY(encodeBad(text.substr(0, bad), out));
        text.remove_prefix(bad);
        place = {false, true};
    }
    return {};
}

Result<> PipelineModel::encodeGood(std::string_view text, SectionPlace place, bool reads,
                                   std::vector<uint32_t> &out) const
{
    LATHE_ASSIGN(std::string normalized, m_pipeline.normalize(text, place));
    if (!reads || !m_readsNormalized) {
        LATHE_ASSIGN(const Words words, m_pipeline.split(std::move(normalized), place));
        return m_words->encode(words, out);
    }
    size_t done = 0;
    const auto encodeUpTo = [&](size_t end) -> Result<> {
        if (end <= done)
            return {};
        const SectionPlace here{place.startsText && done == 0, place.continues && done == 0};
        LATHE_ASSIGN(const Words words, m_pipeline.split(normalized.substr(done, end - done), here));
        return m_words->encode(words, out);
    };
    Result<> status;
    const auto add = [&](size_t begin, size_t length, uint32_t id) {
        if (status)
            status = encodeUpTo(begin);
        out.push_back(id);
        done = begin + length;
    };
    if (!m_normalized.scan(normalized, add))
        return fail(Errc::BadInput, "text", "the added tokens cannot be told apart in it",
                    "take another model, or a shorter text");
    LATHE_TRY(std::move(status));
    return encodeUpTo(normalized.size());
}

/// Bytes that are no UTF-8: as tokens of bytes, else as unknown text, else not at all.
Result<> PipelineModel::encodeBad(std::string_view bytes, std::vector<uint32_t> &out) const
{
    if (m_pipeline.spellsBytes()) {
        Words words;
        for (const char byte : bytes)
            words.text += byteToAlphabet(uint8_t(byte));
        words.ranges.push_back({0, words.text.size()});
        return m_words->encode(words, out);
    }
    const auto tokenOf = [&](char byte) { return m_bytes[uint8_t(byte)]; };
    const auto lacks = [&](char byte) { return tokenOf(byte) == kNoToken; };
    if (m_pipeline.byteFallback && std::none_of(bytes.begin(), bytes.end(), lacks))
        std::transform(bytes.begin(), bytes.end(), std::back_inserter(out), tokenOf);
    else if (m_pipeline.unknown)
        out.push_back(*m_pipeline.unknown);
    return {};
}

} // namespace

std::vector<uint32_t> byteTokens(const TokenMap &tokens)
{
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::vector<uint32_t> ids(256, kNoToken);
    for (size_t b = 0; b < ids.size(); ++b)
        ids[b] = tokens.find(std::string("<0x") + kDigits[b >> 4] + kDigits[b & 15] + ">").value_or(kNoToken);
    return ids;
}

bool isWordToken(const TokenizerSpec &spec, uint32_t id)
{
    const TokenType type = tokenType(spec, id);
    if (type != TokenType::UserDefined)
        return type != TokenType::Control && type != TokenType::Unknown;
    constexpr std::string_view kSpaceMark = "\u2581";
    std::string_view rest = spec.tokens[id];
    while (!rest.empty()) {
        const bool isMark = rest.starts_with(kSpaceMark);
        if (!isMark && std::string_view(" \t\n\r").find(rest[0]) == std::string_view::npos)
            return false;
        rest.remove_prefix(isMark ? kSpaceMark.size() : 1);
    }
    return true;
}

Result<std::unique_ptr<TokenModel>> createPipelineModel(const TokenModelInput &input)
{
    const TextPipeline &pipeline = *input.spec.pipeline;
    const auto row = std::find_if(std::begin(kModels), std::end(kModels),
                                  [&](const ModelRow &r) { return r.kind == pipeline.model; });
    LATHE_ASSIGN(auto words, row->create(input, pipeline));
    auto model = std::make_unique<PipelineModel>(input, std::move(words));
    LATHE_TRY(model->readAdded());
    return model;
}

} // namespace lathe
