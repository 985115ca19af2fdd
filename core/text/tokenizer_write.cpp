// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_write.h"

#include "core/base/bytes.h"
#include "core/formats/printable.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_map.h"
#include "core/text/token_model.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lathe {

namespace {

using Json = nlohmann::json; // an ordered one looks through all keys for each that is added
constexpr const char *kSpaceMark = "\u2581";

std::string spellingIn(const TokenizerSpec &spec, uint32_t id)
{
    return spec.tokens[id].empty() ? "[PAD" + std::to_string(id) + "]" : spec.tokens[id];
}

Json byteLevel(bool cuts)
{
    return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", cuts}};
}

Json preTokenizerOf(const PreTokenizerRow &row)
{
    Json steps = Json::array();
    for (const std::string_view expression : row.expressions)
        steps.push_back({{"type", "Split"},
                         {"pattern", {{"Regex", expression}}},
                         {"behavior", "Isolated"},
                         {"invert", false}});
    steps.push_back(byteLevel(false));
    return {{"type", "Sequence"}, {"pretokenizers", steps}};
}

Json replaceStep(const char *from, const char *to)
{
    return {{"type", "Replace"}, {"pattern", {{"String", from}}}, {"content", to}};
}

Json sentencePieceNormalizer(bool hasPrefix)
{
    Json steps = Json::array();
    if (hasPrefix)
        steps.push_back({{"type", "Prepend"}, {"prepend", kSpaceMark}});
    steps.push_back(replaceStep(" ", kSpaceMark));
    return {{"type", "Sequence"}, {"normalizers", steps}};
}

Json sentencePieceDecoder(bool hasPrefix)
{
    Json steps = {replaceStep(kSpaceMark, " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}};
    if (hasPrefix)
        steps.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    return {{"type", "Sequence"}, {"decoders", steps}};
}

/// ["left", "right"] in order of rank.
Json byteLevelMerges(const TokenizerSpec &spec)
{
    Json merges = Json::array();
    for (const std::string &merge : spec.merges) {
        const size_t space = merge.find(' ', 1);
        merges.push_back({merge.substr(0, space), merge.substr(std::min(space, merge.size() - 1) + 1)});
    }
    return merges;
}

Json sentencePieceMerges(const TokenizerSpec &spec, const TokenMap &tokens)
{
    struct Merge {
        float score;
        uint32_t left, right;
    };
    std::vector<Merge> merges;
    const auto plain = [&](std::string_view piece) -> std::optional<uint32_t> {
        const auto id = tokens.find(piece);
        return id && isPlainToken(spec, *id) ? id : std::nullopt;
    };
    for (uint32_t id = 0; id < spec.tokens.size(); ++id) {
        const std::string_view piece = spec.tokens[id];
        if (!isPlainToken(spec, id))
            continue;
        for (size_t cut = 1; cut < piece.size(); ++cut) {
            const auto left = plain(piece.substr(0, cut)), right = plain(piece.substr(cut));
            if (left && right)
                merges.push_back({spec.scores[id], *left, *right});
        }
    }
    std::stable_sort(merges.begin(), merges.end(),
                     [](const Merge &a, const Merge &b) { return a.score > b.score; });
    Json list = Json::array();
    for (const Merge &merge : merges)
        list.push_back({spec.tokens[merge.left], spec.tokens[merge.right]});
    return list;
}

Json addedTokens(const TokenizerSpec &spec)
{
    Json list = Json::array();
    for (uint32_t id = 0; id < spec.tokens.size(); ++id) {
        const TokenType type = tokenType(spec, id);
        const bool isSpecial = type == TokenType::Control || type == TokenType::Unknown;
        if (spec.tokens[id].empty() || (!isSpecial && type != TokenType::UserDefined))
            continue;
        list.push_back({{"id", id},
                        {"content", spec.tokens[id]},
                        {"single_word", false},
                        {"lstrip", false},
                        {"rstrip", false},
                        {"normalized", false},
                        {"special", isSpecial}});
    }
    return list;
}

/// BOS and EOS around a text.
Json postProcessor(const TokenizerSpec &spec, bool hasBos, bool hasEos)
{
    const Json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
    Json single = Json::array(), known = Json::object();
    const auto add = [&](uint32_t id) {
        const std::string &name = spec.tokens[id];
        single.push_back({{"SpecialToken", {{"id", name}, {"type_id", 0}}}});
        known[name] = {{"id", name}, {"ids", {id}}, {"tokens", {name}}};
    };
    if (hasBos)
        add(*spec.bos);
    single.push_back(text);
    if (hasEos)
        add(*spec.eos);
    const Json pair = {text, {{"Sequence", {{"id", "B"}, {"type_id", 1}}}}};
    return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", known}};
}

Json modelOf(const TokenizerSpec &spec, const TokenMap &tokens, const PreTokenizerRow *row)
{
    Json vocabulary = Json::object();
    bool hasBytes = false;
    for (uint32_t id = 0; id < spec.tokens.size(); ++id) {
        if (!spec.tokens[id].empty())
            vocabulary[spec.tokens[id]] = id;
        hasBytes |= tokenType(spec, id) == TokenType::Byte;
    }
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", !row && spec.unk ? Json(spec.tokens[*spec.unk]) : Json()},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", !row},
            {"byte_fallback", !row && hasBytes},
            {"ignore_merges", row && row->wholeWords},
            {"vocab", std::move(vocabulary)},
            {"merges", row ? byteLevelMerges(spec) : sentencePieceMerges(spec, tokens)}};
}

/// Whether BOS is added where the file does not say.
bool addsBos(const TokenizerSpec &spec, const PreTokenizerRow *row)
{
    return spec.bos && spec.addBos.value_or(row ? row->addsBos : true);
}

void setId(GgufWriter &writer, const char *name, std::optional<uint32_t> id)
{
    if (id)
        writer.setU32(std::string("tokenizer.ggml.") + name, *id);
}

void setFlag(GgufWriter &writer, const char *name, std::optional<bool> flag)
{
    if (flag)
        writer.setBool(std::string("tokenizer.ggml.") + name, *flag);
}

} // namespace

Result<> setGgufTokenizer(const TokenizerSpec &spec, const std::string &subject, GgufWriter &writer)
{
    const auto unsupported = [&](const std::string &what) {
        return fail(Errc::Unsupported, subject, "unsupported: " + what + " in a GGUF file",
                    "keep the model in a folder");
    };
    if (spec.model != "gpt2" && spec.model != "llama")
        return unsupported("tokenizer model " + printable(spec.model));
    if (spec.model == "gpt2" && !findPreTokenizer(spec.pre))
        return unsupported("pre-tokenizer " + printable(spec.pre));
    writer.setString("tokenizer.ggml.model", spec.model);
    if (!spec.pre.empty())
        writer.setString("tokenizer.ggml.pre", spec.pre);
    std::vector<std::string> tokens;
    for (uint32_t id = 0; id < spec.tokens.size(); ++id)
        tokens.push_back(spellingIn(spec, id));
    writer.setStrings("tokenizer.ggml.tokens", tokens);
    if (spec.model == "llama")
        writer.setF32s("tokenizer.ggml.scores", spec.scores);
    if (!spec.types.empty())
        writer.setI32s("tokenizer.ggml.token_type", spec.types);
    if (spec.model == "gpt2")
        writer.setStrings("tokenizer.ggml.merges", spec.merges);
    setId(writer, "bos_token_id", spec.bos);
    setId(writer, "eos_token_id", spec.eos);
    setId(writer, "eot_token_id", spec.eot);
    setId(writer, "eom_token_id", spec.eom);
    setId(writer, "unknown_token_id", spec.unk);
    setId(writer, "padding_token_id", spec.pad);
    setFlag(writer, "add_bos_token", spec.addBos);
    setFlag(writer, "add_eos_token", spec.addEos);
    if (spec.model == "llama")
        setFlag(writer, "add_space_prefix", spec.addSpacePrefix);
    if (spec.removeExtraWhitespaces)
        writer.setBool("tokenizer.ggml.remove_extra_whitespaces", true);
    return {};
}

Result<std::string> tokenizerJsonFromSpec(const TokenizerSpec &spec, const std::string &subject)
{
    LATHE_TRY(checkTokenizerSpec(spec, subject));
    const bool isByteLevel = spec.model == "gpt2";
    const PreTokenizerRow *row = isByteLevel ? findPreTokenizer(spec.pre) : nullptr;
    const auto unsupported = [&](const std::string &what) {
        return fail(Errc::Unsupported, subject, "unsupported: " + what + " in a tokenizer.json",
                    "keep the model in a GGUF file");
    };
    if (spec.pipeline || (!isByteLevel && spec.model != "llama"))
        return unsupported("tokenizer model " + printable(spec.model));
    if (isByteLevel && !row)
        return unsupported("pre-tokenizer " + printable(spec.pre));
    if (spec.removeExtraWhitespaces)
        return unsupported("remove_extra_whitespaces");
    for (uint32_t id = 0; id < spec.tokens.size(); ++id)
        if (!isValidUtf8(spec.tokens[id]))
            return unsupported("the token " + std::to_string(id) + ", which is no UTF-8,");
    const TokenMap tokens(spec.tokens);
    const bool hasPrefix = !isByteLevel && spec.addSpacePrefix.value_or(true);
    const bool addsEos = spec.eos && spec.addEos.value_or(false);
    const Json json = {{"version", "1.0"},
                       {"truncation", nullptr},
                       {"padding", nullptr},
                       {"added_tokens", addedTokens(spec)},
                       {"normalizer", isByteLevel ? Json() : sentencePieceNormalizer(hasPrefix)},
                       {"pre_tokenizer", isByteLevel ? preTokenizerOf(*row) : Json()},
                       {"post_processor", postProcessor(spec, addsBos(spec, row), addsEos)},
                       {"decoder", isByteLevel ? byteLevel(true) : sentencePieceDecoder(hasPrefix)},
                       {"model", modelOf(spec, tokens, row)}};
    return json.dump(1) + "\n";
}

std::string tokenizerConfigFromSpec(const TokenizerSpec &spec)
{
    const bool isByteLevel = spec.model == "gpt2";
    Json json = {{"tokenizer_class", "PreTrainedTokenizerFast"},
                 {"clean_up_tokenization_spaces", false},
                 {"add_bos_token", addsBos(spec, isByteLevel ? findPreTokenizer(spec.pre) : nullptr)},
                 {"add_eos_token", spec.eos && spec.addEos.value_or(false)}};
    const std::pair<const char *, std::optional<uint32_t>> named[] = {
        {"bos_token", spec.bos}, {"eos_token", spec.eos}, {"unk_token", spec.unk}, {"pad_token", spec.pad}};
    for (const auto &[key, id] : named)
        if (id && *id < spec.tokens.size())
            json[key] = toValidUtf8(spec.tokens[*id]);
    return json.dump(2) + "\n";
}

} // namespace lathe
