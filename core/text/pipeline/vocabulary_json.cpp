// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pipeline/vocabulary_json.h"

#include "core/formats/printable.h"
#include "core/text/byte_alphabet.h"

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

/// Ids that a vocabulary may leave out: so many beyond twice its size.
constexpr size_t kHoles = 65536;

Result<> refuseText(const JsonPlace &model, const char *key)
{
    LATHE_ASSIGN(const std::string text, model.text(key, ""));
    return text.empty() ? Result<>() : Result<>(model.unsupported(key));
}

Result<> refuseDropout(const JsonPlace &model)
{
    const auto dropout = model.find("dropout");
    const bool isOff = !dropout || (dropout->json().is_number() && dropout->json().get<double>() == 0);
    return isOff ? Result<>() : Result<>(model.unsupported("dropout"));
}

} // namespace

std::optional<uint32_t> VocabularyReader::idOf(const std::string &spelling) const
{
    if (const auto id = m_ids ? m_ids->find(spelling) : std::nullopt)
        return id;
    const auto added = m_added.find(spelling);
    return added == m_added.end() ? std::nullopt : std::optional(added->second);
}

Result<> VocabularyReader::finishVocabulary(const JsonPlace &vocabulary)
{
    m_ids.emplace(m_spec.tokens);
    if (m_ids->isFlooded())
        return vocabulary.bad("has tokens that fall onto few places of the table");
    if (const auto &twice = m_ids->duplicate())
        return vocabulary.at(twice->second).bad("repeats an earlier token");
    return {};
}

Result<> VocabularyReader::place(const JsonPlace &where, uint32_t id, const std::string &spelling,
                                 size_t idLimit)
{
    if (id >= idLimit)
        return where.bad("gives \"" + printable(spelling) + "\" the id " + std::to_string(id) +
                         ", far beyond the vocabulary");
    if (spelling.size() > kTokenBytesLimit)
        return where.bad("has a token of " + std::to_string(spelling.size()) + " bytes, the limit is " +
                         std::to_string(kTokenBytesLimit));
    if (id >= m_spec.tokens.size()) {
        m_spec.tokens.resize(id + 1);
        m_spec.types.resize(id + 1, int32_t(TokenType::Unused));
    }
    if (!m_spec.tokens[id].empty())
        return where.bad("gives the id " + std::to_string(id) + " to \"" + printable(m_spec.tokens[id]) +
                         "\" and \"" + printable(spelling) + "\"");
    m_spec.tokens[id] = spelling;
    const bool isByte = m_pipeline.byteFallback && spelledByte(spelling);
    m_spec.types[id] = int32_t(isByte ? TokenType::Byte : TokenType::Normal);
    return {};
}

void VocabularyReader::setUnknown(uint32_t id)
{
    m_pipeline.unknown = id;
    m_spec.unk = id;
    m_spec.types[id] = int32_t(TokenType::Unknown);
}

Result<> VocabularyReader::readModel(const JsonPlace &model)
{
    const bool hasMerges = model.find("merges").has_value();
    LATHE_ASSIGN(const std::string type, model.text("type", hasMerges ? "BPE" : "Unigram"));
    if (type == "BPE")
        return readBpe(model);
    if (type == "Unigram")
        return readUnigram(model);
    return model.unsupported("tokenizer model " + printable(type));
}

Result<> VocabularyReader::readBpe(const JsonPlace &model)
{
    LATHE_TRY(refuseDropout(model));
    LATHE_TRY(refuseText(model, "continuing_subword_prefix"));
    LATHE_TRY(refuseText(model, "end_of_word_suffix"));
    m_pipeline.model = TextPipeline::Model::Bpe;
    LATHE_ASSIGN(m_pipeline.fuseUnknown, model.flag("fuse_unk", false));
    LATHE_ASSIGN(m_pipeline.byteFallback, model.flag("byte_fallback", false));
    LATHE_ASSIGN(m_pipeline.ignoreMerges, model.flag("ignore_merges", false));
    LATHE_ASSIGN(const JsonPlace vocabulary, model.object("vocab"));
    const auto &entries = vocabulary.json();
    if (entries.empty())
        return vocabulary.bad("is empty");
    m_spec.tokens.reserve(entries.size());
    for (const auto &[spelling, value] : entries.items()) {
        LATHE_ASSIGN(
            const uint32_t id,
            JsonPlace(value, vocabulary.file(), "model.vocab \"" + printable(spelling) + "\"").tokenId());
        if (!spelling.empty())
            LATHE_TRY(place(vocabulary, id, spelling, entries.size() * 2 + kHoles));
    }
    LATHE_TRY(finishVocabulary(vocabulary));
    LATHE_ASSIGN(const std::string unknown, model.text("unk_token", ""));
    if (!unknown.empty()) {
        const auto id = idOf(unknown);
        if (!id)
            return model.bad("has the unk_token \"" + printable(unknown) +
                             "\", which is not in the vocabulary");
        setUnknown(*id);
    }
    LATHE_ASSIGN(const JsonPlace merges, model.array("merges"));
    return readMerges(merges);
}

Result<> VocabularyReader::readMerges(const JsonPlace &list)
{
    if (list.json().size() > kTokenLimit)
        return list.bad("has more than " + std::to_string(kTokenLimit) + " entries");
    m_pipeline.merges.reserve(list.json().size());
    for (size_t i = 0; i < list.json().size(); ++i)
        LATHE_TRY(readMerge(list.at(i)));
    return {};
}

/// "left right" or ["left", "right"].
Result<> VocabularyReader::readMerge(const JsonPlace &merge)
{
    std::string left, right;
    const auto &json = merge.json();
    if (json.is_string()) {
        const auto &line = json.get_ref<const std::string &>();
        const size_t space = line.find(' ');
        if (space == std::string::npos || line.find(' ', space + 1) != std::string::npos)
            return merge.bad("is not two tokens with a space between them");
        left = line.substr(0, space);
        right = line.substr(space + 1);
    } else if (json.is_array() && json.size() == 2 && json[0].is_string() && json[1].is_string()) {
        left = json[0].get_ref<const std::string &>();
        right = json[1].get_ref<const std::string &>();
    } else {
        return merge.bad("is not two tokens");
    }
    const auto leftId = idOf(left), rightId = idOf(right), whole = idOf(left + right);
    if (!leftId || !rightId || !whole)
        return merge.bad("names a token that is not in the vocabulary");
    m_pipeline.merges.emplace_back(*leftId, *rightId);
    return {};
}

Result<> VocabularyReader::readUnigram(const JsonPlace &model)
{
    m_pipeline.model = TextPipeline::Model::Unigram;
    m_pipeline.fuseUnknown = true;
    LATHE_ASSIGN(m_pipeline.byteFallback, model.flag("byte_fallback", false));
    LATHE_ASSIGN(const JsonPlace vocabulary, model.array("vocab"));
    const auto &entries = vocabulary.json();
    if (entries.empty() || entries.size() > kTokenLimit)
        return vocabulary.bad("is empty or has more than " + std::to_string(kTokenLimit) + " entries");
    for (uint32_t id = 0; id < entries.size(); ++id) {
        const auto &entry = entries[id];
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number())
            return vocabulary.at(id).bad("is not a token with its log probability");
        const auto &spelling = entry[0].get_ref<const std::string &>();
        const double score = entry[1].get<double>();
        if (!std::isfinite(score))
            return vocabulary.at(id).bad("has a log probability that is not a finite number");
        LATHE_TRY(place(vocabulary, id, spelling, entries.size()));
        m_pipeline.logProbabilities.push_back(score);
        m_spec.scores.push_back(float(score));
    }
    LATHE_TRY(finishVocabulary(vocabulary));
    if (model.find("unk_id")) {
        LATHE_ASSIGN(const uint64_t unknown, model.count("unk_id"));
        if (unknown >= entries.size())
            return model.bad("has an unk_id outside the vocabulary");
        setUnknown(uint32_t(unknown));
    }
    return {};
}

Result<> VocabularyReader::addToken(const JsonPlace &token, uint32_t id)
{
    AddedToken added;
    added.id = id;
    LATHE_ASSIGN(added.content, token.text("content"));
    if (added.content.empty())
        return {};
    LATHE_ASSIGN(added.special, token.flag("special", false));
    LATHE_ASSIGN(added.singleWord, token.flag("single_word", false));
    LATHE_ASSIGN(added.lstrip, token.flag("lstrip", false));
    LATHE_ASSIGN(added.rstrip, token.flag("rstrip", false));
    LATHE_ASSIGN(added.normalized, token.flag("normalized", !added.special));
    const auto known = idOf(added.content);
    if (known && *known != id)
        return token.bad("gives the token " + std::to_string(*known) + " another id");
    if (!known) {
        LATHE_TRY(place(token, id, added.content, m_spec.tokens.size() * 2 + kHoles));
        m_added.emplace(added.content, id);
    }
    // A single word's letters may stand in longer words, which merge through it.
    auto &type = m_spec.types[id];
    if (type != int32_t(TokenType::Unknown) && (added.special || !known || !added.singleWord))
        type = int32_t(added.special ? TokenType::Control : TokenType::UserDefined);
    m_spec.added.push_back(std::move(added));
    return {};
}

} // namespace lathe
