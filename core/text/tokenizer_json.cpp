// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_json.h"

#include "core/formats/printable.h"
#include "core/text/pipeline/vocabulary_json.h"
#include "core/text/pre_tokenizer.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr const char *kSpaceMark = "\u2581";

/// The ids that a special token of a template stands for.
Result<> addTemplateToken(const JsonPlace &item, const JsonPlace &tokens, std::vector<uint32_t> &ids)
{
    LATHE_ASSIGN(const std::string name, item.text("id"));
    LATHE_ASSIGN(const JsonPlace token, tokens.object(name.c_str()));
    LATHE_ASSIGN(const JsonPlace list, token.array("ids"));
    for (size_t i = 0; i < list.json().size(); ++i) {
        LATHE_ASSIGN(const uint32_t id, list.at(i).tokenId());
        ids.push_back(id);
    }
    return {};
}

/// {"single": [{"SpecialToken": …}, {"Sequence": {"id": "A"}}, …], "special_tokens": {…}}.
Result<> readTemplate(const JsonPlace &place, TokenizerSpec &spec)
{
    LATHE_ASSIGN(const JsonPlace single, place.array("single"));
    LATHE_ASSIGN(const JsonPlace tokens, place.object("special_tokens"));
    bool afterText = false;
    for (size_t i = 0; i < single.json().size(); ++i) {
        const JsonPlace item = single.at(i);
        if (const auto sequence = item.find("Sequence")) {
            LATHE_ASSIGN(const std::string name, sequence->text("id"));
            if (name != "A" || afterText)
                return place.unsupported("a template with a text twice");
            afterText = true;
            continue;
        }
        LATHE_ASSIGN(const JsonPlace special, item.object("SpecialToken"));
        LATHE_TRY(addTemplateToken(special, tokens, afterText ? spec.suffix : spec.prefix));
    }
    return afterText ? Result<>() : Result<>(place.bad("has a template without the text"));
}

/// ["<s>", 0] of RobertaProcessing and BertProcessing.
Result<> addPair(const JsonPlace &place, const char *key, std::vector<uint32_t> &ids)
{
    LATHE_ASSIGN(const JsonPlace pair, place.array(key));
    if (pair.json().size() != 2)
        return pair.bad("is not a token with its id");
    LATHE_ASSIGN(const uint32_t id, pair.at(1).tokenId());
    ids.push_back(id);
    return {};
}

Result<> readPostProcessor(const JsonPlace &place, TokenizerSpec &spec)
{
    LATHE_ASSIGN(const std::string type, place.text("type"));
    if (type == "Sequence") {
        LATHE_ASSIGN(const JsonPlace list, place.array("processors"));
        for (size_t i = 0; i < list.json().size(); ++i)
            LATHE_TRY(readPostProcessor(list.at(i), spec));
        return {};
    }
    if (type == "ByteLevel") // it changes offsets only
        return {};
    if (!spec.prefix.empty() || !spec.suffix.empty())
        return place.unsupported("two post-processors that add tokens");
    if (type == "TemplateProcessing")
        return readTemplate(place, spec);
    if (type == "RobertaProcessing" || type == "BertProcessing") {
        LATHE_TRY(addPair(place, "cls", spec.prefix));
        return addPair(place, "sep", spec.suffix);
    }
    return place.unsupported("post-processor " + printable(type));
}

Result<> readAddedTokens(const JsonPlace &root, VocabularyReader &vocabulary)
{
    if (!root.find("added_tokens"))
        return {};
    LATHE_ASSIGN(const JsonPlace list, root.array("added_tokens"));
    for (size_t i = 0; i < list.json().size(); ++i) {
        const JsonPlace token = list.at(i);
        const auto id = token.find("id");
        if (!id)
            return token.bad("has no id");
        LATHE_ASSIGN(const uint32_t value, id->tokenId());
        LATHE_TRY(vocabulary.addToken(token, value));
    }
    return {};
}

Result<> checkTemplateIds(const TokenizerSpec &spec, const std::string &subject)
{
    for (const auto *ids : {&spec.prefix, &spec.suffix})
        for (const uint32_t id : *ids)
            if (id >= spec.tokens.size())
                return fail(Errc::BadInput, subject,
                            "the post_processor adds the token " + std::to_string(id) +
                                ", the vocabulary has " + std::to_string(spec.tokens.size()),
                            "download the file again");
    return {};
}

/// The known pre-tokenizer that cuts as the steps do.
std::string nameOfSplitters(const TextPipeline &pipeline)
{
    std::vector<std::string> wanted;
    for (const auto &step : pipeline.splitters) {
        const auto expressions = step->expressions();
        if (!expressions)
            return "custom";
        wanted.insert(wanted.end(), expressions->begin(), expressions->end());
    }
    for (const PreTokenizerRow &row : preTokenizers())
        if (row.wholeWords == pipeline.ignoreMerges &&
            std::equal(wanted.begin(), wanted.end(), row.expressions.begin(), row.expressions.end()))
            return std::string(row.names.front());
    return "custom";
}

/// Whether the normalizer spells spaces as SentencePiece does and nothing more.
bool isSentencePiece(const JsonPlace &step)
{
    const auto &json = step.json();
    const auto is = [&](const char *key, const nlohmann::json &value) {
        const auto member = json.find(key);
        return member != json.end() && *member == value;
    };
    if (is("type", "Sequence")) {
        const auto list = step.find("normalizers");
        if (!list || !list->json().is_array())
            return false;
        for (size_t i = 0; i < list->json().size(); ++i)
            if (!isSentencePiece(list->at(i)))
                return false;
        return true;
    }
    return is("type", "Prepend")
               ? is("prepend", kSpaceMark)
               : is("type", "Replace") && is("content", kSpaceMark) && is("pattern", {{"String", " "}});
}

/// Whether the pre-tokenizer spells spaces as SentencePiece does, before every section or none, and nothing
/// more.
bool isSentencePieceSplitter(const JsonPlace &step)
{
    const nlohmann::json &json = step.json();
    const auto value = [&](const char *key, const nlohmann::json &fallback) {
        const auto member = json.find(key);
        return member == json.end() || member->is_null() ? fallback : *member;
    };
    const bool hasPrefix = value("add_prefix_space", true) == true;
    return value("type", "") == "Metaspace" && value("split", true) == false &&
           value("replacement", kSpaceMark) == kSpaceMark &&
           value("prepend_scheme", hasPrefix ? "always" : "never") != "first";
}

/// A piece's score in SentencePiece is how early it merges.
void scoresFromMerges(const TextPipeline &pipeline, TokenizerSpec &spec, const VocabularyReader &vocabulary)
{
    const auto lowest = -float(pipeline.merges.size()) - 1;
    spec.scores.assign(spec.tokens.size(), lowest);
    for (size_t rank = pipeline.merges.size(); rank-- > 0;) {
        const auto [left, right] = pipeline.merges[rank];
        const auto whole = vocabulary.idOf(spec.tokens[left] + spec.tokens[right]);
        if (whole)
            spec.scores[*whole] = -float(rank);
    }
}

/// What GGUF would call the tokenizer, and the lists that it would hold.
void describe(const JsonPlace &root, const TextPipeline &pipeline, const VocabularyReader &vocabulary,
              TokenizerSpec &spec)
{
    const auto normalizer = root.find("normalizer");
    const auto splitter = root.find("pre_tokenizer");
    // Where each space is a mark already, there is none left to cut at.
    const bool cutsNothing =
        !splitter || splitter->json().value("pattern", nlohmann::json()) == nlohmann::json{{"String", " "}};
    const bool spellsSpaces = normalizer ? cutsNothing && isSentencePiece(*normalizer)
                                         : splitter && isSentencePieceSplitter(*splitter);
    bool hasPrefix = false;
    for (const auto &step : pipeline.normalizers)
        hasPrefix |= step->prefix() == kSpaceMark;
    for (const auto &step : pipeline.splitters)
        hasPrefix |= step->prefix() == kSpaceMark;
    spec.pre = "custom";
    if (pipeline.model == TextPipeline::Model::Unigram) {
        spec.model = "unigram";
        spec.scores.resize(spec.tokens.size());
    } else if (pipeline.spellsBytes()) {
        spec.model = "gpt2";
        // NFC is left out by GGUF's readers; anything else would give other ids.
        if (pipeline.normalizers.empty() || normalizer->json().value("type", "") == "NFC")
            spec.pre = nameOfSplitters(pipeline);
        for (const auto &[left, right] : pipeline.merges)
            spec.merges.push_back(spec.tokens[left] + " " + spec.tokens[right]);
    } else if (pipeline.byteFallback && spellsSpaces) {
        spec.model = "llama";
        spec.pre = "default";
        scoresFromMerges(pipeline, spec, vocabulary);
    } else {
        spec.model = "bpe";
    }
    spec.addSpacePrefix = hasPrefix;
}

void findBosAndEos(TokenizerSpec &spec)
{
    if (spec.prefix.size() == 1)
        spec.bos = spec.prefix.front();
    if (spec.suffix.size() == 1)
        spec.eos = spec.suffix.front();
    spec.addBos = spec.bos.has_value();
    spec.addEos = spec.eos.has_value();
}

} // namespace

Result<TokenizerSpec> tokenizerSpecFromJson(std::string_view json, const std::string &subject)
{
    LATHE_ASSIGN(const nlohmann::json parsed, parseTokenizerJson(json, subject));
    const JsonPlace root(parsed, subject);
    TokenizerSpec spec;
    auto pipeline = std::make_shared<TextPipeline>();
    if (const auto normalizer = root.find("normalizer")) {
        LATHE_ASSIGN(pipeline->normalizers, normalizersFromJson(*normalizer));
    }
    if (const auto splitter = root.find("pre_tokenizer")) {
        LATHE_ASSIGN(pipeline->splitters, splittersFromJson(*splitter));
    }
    if (const auto decoder = root.find("decoder")) {
        LATHE_ASSIGN(pipeline->decoders, decodersFromJson(*decoder));
        pipeline->hasDecoder = true;
    }
    VocabularyReader vocabulary(spec, *pipeline);
    LATHE_ASSIGN(const JsonPlace model, root.object("model"));
    LATHE_TRY(vocabulary.readModel(model));
    LATHE_TRY(readAddedTokens(root, vocabulary));
    if (const auto processor = root.find("post_processor"))
        LATHE_TRY(readPostProcessor(*processor, spec));
    LATHE_TRY(checkTemplateIds(spec, subject));
    findBosAndEos(spec);
    describe(root, *pipeline, vocabulary, spec);
    spec.pipeline = std::move(pipeline);
    return spec;
}

} // namespace lathe
