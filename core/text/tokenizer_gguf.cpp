// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_gguf.h"

#include <limits>

namespace lathe {

namespace {

constexpr std::string_view kPrefix = "tokenizer.ggml.";

std::string keyOf(std::string_view name)
{
    return std::string(kPrefix).append(name);
}

Result<> readIds(const GgufFile &file, TokenizerSpec &spec)
{
    const std::pair<const char *, std::optional<uint32_t> TokenizerSpec::*> ids[] = {
        {"bos_token_id", &TokenizerSpec::bos},     {"eos_token_id", &TokenizerSpec::eos},
        {"eot_token_id", &TokenizerSpec::eot},     {"eom_token_id", &TokenizerSpec::eom},
        {"unknown_token_id", &TokenizerSpec::unk}, {"padding_token_id", &TokenizerSpec::pad}};
    for (const auto &[name, member] : ids) {
        const std::string key = keyOf(name);
        if (!file.find(key))
            continue;
        LATHE_ASSIGN(const uint64_t id, file.getU64(key));
        if (id > std::numeric_limits<uint32_t>::max())
            return fail(Errc::BadInput, file.name(), key + " is " + std::to_string(id) + ", not a token id",
                        "convert the model again");
        spec.*member = uint32_t(id);
    }
    return {};
}

Result<> readFlags(const GgufFile &file, TokenizerSpec &spec)
{
    const std::pair<const char *, std::optional<bool> TokenizerSpec::*> flags[] = {
        {"add_bos_token", &TokenizerSpec::addBos},
        {"add_eos_token", &TokenizerSpec::addEos},
        {"add_space_prefix", &TokenizerSpec::addSpacePrefix}};
    for (const auto &[name, member] : flags) {
        const std::string key = keyOf(name);
        if (!file.find(key))
            continue;
        LATHE_ASSIGN(spec.*member, file.getBool(key));
    }
    LATHE_ASSIGN(spec.removeExtraWhitespaces, file.getBool(keyOf("remove_extra_whitespaces"), false));
    return {};
}

/// The value of a list that is there, null where it is not. Its size is checked before anything is copied.
Result<const GgufValue *> findList(const GgufFile &file, const std::string &key)
{
    const GgufValue *value = file.find(key);
    if (!value)
        return nullptr;
    if (value->count() > kTokenLimit)
        return fail(Errc::BadInput, file.name(),
                    key + " has " + std::to_string(value->count()) + " entries, the limit is " +
                        std::to_string(kTokenLimit),
                    "convert the model again");
    if (value->bytes().size() > kVocabularyBytesLimit)
        return fail(Errc::BadInput, file.name(),
                    key + " has " + std::to_string(value->bytes().size()) + " bytes, the limit is " +
                        std::to_string(kVocabularyBytesLimit),
                    "convert the model again");
    return value;
}

Result<> readStrings(const GgufFile &file, std::string_view name, std::vector<std::string> &out)
{
    const std::string key = keyOf(name);
    LATHE_ASSIGN(const GgufValue *value, findList(file, key));
    if (!value)
        return {};
    LATHE_ASSIGN(const std::vector<std::string_view> strings, file.getStrings(key));
    out.assign(strings.begin(), strings.end());
    return {};
}

Result<> readTypes(const GgufFile &file, std::vector<int32_t> &out)
{
    const std::string key = keyOf("token_type");
    LATHE_ASSIGN(const GgufValue *value, findList(file, key));
    if (!value)
        return {};
    LATHE_ASSIGN(const std::vector<int64_t> types, file.getIntegers(key));
    out.reserve(types.size());
    for (const int64_t type : types) {
        if (type != int32_t(type))
            return fail(Errc::BadInput, file.name(), key + " has the value " + std::to_string(type),
                        "convert the model again");
        out.push_back(int32_t(type));
    }
    return {};
}

Result<> readScores(const GgufFile &file, std::vector<float> &out)
{
    const std::string key = keyOf("scores");
    LATHE_ASSIGN(const GgufValue *value, findList(file, key));
    if (!value)
        return {};
    LATHE_ASSIGN(out, file.getFloats(key));
    return {};
}

} // namespace

Result<TokenizerSpec> tokenizerSpecFromGguf(const GgufFile &file)
{
    TokenizerSpec spec;
    if (!file.find(keyOf("model")) && !file.find(keyOf("tokens")))
        return fail(Errc::NotFound, file.name(), "the file has no tokenizer",
                    "convert the model again, with its tokenizer");
    LATHE_ASSIGN(spec.model, file.getString(keyOf("model")));
    LATHE_ASSIGN(spec.pre, file.getString(keyOf("pre"), ""));
    LATHE_TRY(readStrings(file, "tokens", spec.tokens));
    LATHE_TRY(readStrings(file, "merges", spec.merges));
    LATHE_TRY(readTypes(file, spec.types));
    LATHE_TRY(readScores(file, spec.scores));
    LATHE_TRY(readIds(file, spec));
    LATHE_TRY(readFlags(file, spec));
    return spec;
}

Result<Tokenizer> tokenizerFromGguf(const GgufFile &file)
{
    LATHE_ASSIGN(TokenizerSpec spec, tokenizerSpecFromGguf(file));
    return Tokenizer::create(std::move(spec), file.name());
}

} // namespace lathe
