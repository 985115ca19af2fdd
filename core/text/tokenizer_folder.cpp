// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/text/generation_config.h"
#include "core/text/pipeline/json_place.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>
#include <charconv>

namespace lathe {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path &path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

std::optional<uint32_t> idOf(const TokenizerSpec &spec, const std::string &spelling)
{
    const auto found = std::find(spec.tokens.begin(), spec.tokens.end(), spelling);
    if (spelling.empty() || found == spec.tokens.end())
        return std::nullopt;
    return uint32_t(found - spec.tokens.begin());
}

/// "bos_token": "<s>" or {"content": "<s>", …}. A spelling that is no token names none.
Result<> readNamed(const JsonPlace &root, const char *key, TokenizerSpec &spec, std::optional<uint32_t> &id)
{
    const auto value = root.find(key);
    if (!value)
        return {};
    std::string spelling;
    if (value->json().is_object()) {
        LATHE_ASSIGN(spelling, value->text("content"));
    } else {
        LATHE_ASSIGN(spelling, root.text(key));
    }
    if (const auto found = idOf(spec, spelling))
        id = found;
    return {};
}

/// Puts `id` at the front of `ids` or takes it away from there.
void setFront(std::vector<uint32_t> &ids, uint32_t id, bool wanted)
{
    const bool is = !ids.empty() && ids.front() == id;
    if (wanted && !is)
        ids.insert(ids.begin(), id);
    else if (!wanted && is)
        ids.erase(ids.begin());
}

void setBack(std::vector<uint32_t> &ids, uint32_t id, bool wanted)
{
    const bool is = !ids.empty() && ids.back() == id;
    if (wanted && !is)
        ids.push_back(id);
    else if (!wanted && is)
        ids.pop_back();
}

Result<> readAddFlags(const JsonPlace &root, TokenizerSpec &spec)
{
    if (root.find("add_bos_token") && spec.bos) {
        LATHE_ASSIGN(const bool wanted, root.flag("add_bos_token", false));
        setFront(spec.prefix, *spec.bos, wanted);
    }
    if (root.find("add_eos_token") && spec.eos) {
        LATHE_ASSIGN(const bool wanted, root.flag("add_eos_token", false));
        setBack(spec.suffix, *spec.eos, wanted);
    }
    spec.addBos = spec.bos && !spec.prefix.empty() && spec.prefix.front() == *spec.bos;
    spec.addEos = spec.eos && !spec.suffix.empty() && spec.suffix.back() == *spec.eos;
    return {};
}

Result<> applyFile(const fs::path &path, TokenizerSpec &spec)
{
    if (!isThere(path))
        return {};
    LATHE_ASSIGN(const std::string text, readText(path));
    return applyTokenizerConfig(spec, text, path.string());
}

/// The template of tokenizer_config.json.
Result<std::optional<std::string>> templateOf(const JsonPlace &root)
{
    const auto value = root.find("chat_template");
    if (!value)
        return std::nullopt;
    if (!value->json().is_array()) {
        LATHE_ASSIGN(std::string source, root.text("chat_template"));
        return source;
    }
    std::optional<std::string> first;
    for (size_t i = 0; i < value->json().size(); ++i) {
        LATHE_ASSIGN(const std::string name, value->at(i).text("name"));
        LATHE_ASSIGN(std::string source, value->at(i).text("template"));
        if (name == "default")
            return source;
        if (!first)
            first = std::move(source);
    }
    return first;
}

} // namespace

Result<> applyTokenizerConfig(TokenizerSpec &spec, std::string_view json, const std::string &subject)
{
    LATHE_ASSIGN(const nlohmann::json parsed, parseTokenizerJson(json, subject));
    const JsonPlace root(parsed, subject);
    LATHE_TRY(readNamed(root, "bos_token", spec, spec.bos));
    LATHE_TRY(readNamed(root, "eos_token", spec, spec.eos));
    LATHE_TRY(readNamed(root, "pad_token", spec, spec.pad));
    if (!spec.unk) // it is a name only: unknown text has no token
        LATHE_TRY(readNamed(root, "unk_token", spec, spec.unk));
    return readAddFlags(root, spec);
}

Result<TokenizerSpec> tokenizerSpecFromFolder(const fs::path &folder)
{
    const fs::path file = folder / "tokenizer.json";
    if (!isThere(file))
        for (const char *other : {"tokenizer.model", "vocab.json", "vocab.txt"})
            if (isThere(folder / other))
                return fail(Errc::Unsupported, folder.string(),
                            std::string("unsupported: tokenizer in ") + other,
                            "save the tokenizer with transformers, which writes tokenizer.json");
    if (!isThere(file))
        return fail(Errc::NotFound, folder.string(), "the folder has no tokenizer.json",
                    "download tokenizer.json of this model into it");
    LATHE_ASSIGN(const std::string text, readText(file));
    LATHE_ASSIGN(TokenizerSpec spec, tokenizerSpecFromJson(text, file.string()));
    LATHE_TRY(applyFile(folder / "special_tokens_map.json", spec));
    LATHE_TRY(applyFile(folder / "tokenizer_config.json", spec));
    LATHE_ASSIGN(const GenerationConfig generation, generationConfigFromFolder(folder));
    for (const uint32_t id : generation.eosTokenIds)
        if (id < spec.tokens.size())
            spec.ends.push_back(id);
    return spec;
}

Result<Tokenizer> tokenizerFromFolder(const fs::path &folder)
{
    LATHE_ASSIGN(TokenizerSpec spec, tokenizerSpecFromFolder(folder));
    return Tokenizer::create(std::move(spec), (folder / "tokenizer.json").string());
}

Result<std::optional<FolderTemplate>> chatTemplateFromFolder(const fs::path &folder)
{
    const fs::path own = folder / "chat_template.jinja";
    if (isThere(own)) {
        LATHE_ASSIGN(std::string source, readText(own));
        return FolderTemplate{std::move(source), own.string()};
    }
    const fs::path config = folder / "tokenizer_config.json";
    if (!isThere(config))
        return std::nullopt;
    LATHE_ASSIGN(const std::string text, readText(config));
    const std::string subject = config.string();
    LATHE_ASSIGN(const nlohmann::json parsed, parseTokenizerJson(text, subject));
    LATHE_ASSIGN(auto source, templateOf(JsonPlace(parsed, subject)));
    if (!source)
        return std::nullopt;
    return FolderTemplate{std::move(*source), subject};
}

} // namespace lathe
