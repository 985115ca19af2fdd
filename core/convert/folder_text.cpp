// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/folder_text.h"

#include "core/base/json.h"
#include "core/convert/folder_config.h"
#include "core/convert/gguf_text.h"
#include "core/convert/kept.h"
#include "core/convert/same_text.h"
#include "core/text/tokenizer_gguf.h"
#include "core/text/tokenizer_json.h"
#include "core/text/tokenizer_write.h"

namespace lathe {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char *kTokenizerFiles[] = {"tokenizer_config.json", "special_tokens_map.json",
                                           "added_tokens.json"};

class Writer
{
public:
    Writer(const ConvertInput &input, const fs::path &folder, Losses &losses)
        : m_input(input), m_file(*input.model.source().gguf()), m_folder(folder), m_losses(losses)
    {
    }

    Result<> write()
    {
        m_template = m_file.getString("tokenizer.chat_template", "").value_or("");
        LATHE_TRY(writeTokenizer());
        LATHE_TRY(writeConfig());
        LATHE_TRY(writeGeneration());
        return writeTemplate();
    }

private:
    std::string_view kept(std::string_view name) const
    {
        return m_file.getString(std::string(kept::kFile) + std::string(name), "").value_or("");
    }

    Result<> put(const fs::path &name, std::string_view text) const
    {
        return writeAtomically(m_folder / name, text, true);
    }

    /// The files that were kept, if they still give this tokenizer.
    Result<bool> writeKeptTokenizer(const Tokenizer &own)
    {
        const std::string_view json = m_file.getString(kept::kTokenizer, "").value_or("");
        if (json.empty())
            return false;
        LATHE_TRY(put("tokenizer.json", json));
        for (const char *name : kTokenizerFiles)
            if (!kept(name).empty())
                LATHE_TRY(put(name, kept(name)));
        if (!kept("generation_config.json").empty())
            LATHE_TRY(put("generation_config.json", kept("generation_config.json")));
        // The file's own keys may only come near to it.
        const auto tokenizer = ggufTokenizer(m_folder, m_input.config().vocabulary);
        const bool fits = tokenizer && !firstDifference(own, tokenizer->written, m_template);
        std::error_code ignored;
        if (!fits)
            for (const char *name : {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                                     "added_tokens.json", "generation_config.json"})
                fs::remove(m_folder / name, ignored);
        return fits;
    }

    Result<> writeTokenizer()
    {
        if (!m_file.find("tokenizer.ggml.tokens"))
            return {};
        const auto spec = tokenizerSpecFromGguf(m_file);
        const auto own = tokenizerFromGguf(m_file);
        if (!spec || !own)
            return lose((spec ? own.error() : spec.error()).what);
        LATHE_ASSIGN(const bool kept, writeKeptTokenizer(*own));
        m_spec = *spec;
        m_isKept = kept;
        return kept ? Result<>() : writeNewTokenizer(*own);
    }

    Result<> writeNewTokenizer(const Tokenizer &own)
    {
        const auto json = tokenizerJsonFromSpec(*m_spec, m_file.name());
        if (!json)
            return lose(json.error().what);
        LATHE_TRY(put("tokenizer.json", *json));
        LATHE_TRY(put("tokenizer_config.json", tokenizerConfigFromSpec(*m_spec)));
        LATHE_TRY(writeNewGeneration());
        const auto written = tokenizerFromFolder(m_folder);
        if (!written)
            return lose(written.error().what);
        if (const auto difference = firstDifference(own, *written, m_template))
            return m_losses.meet("tokenizer", "the tokenizer in a folder, which changes " + *difference,
                                 "the nearest that it has");
        return {};
    }

    Result<> lose(std::string what)
    {
        constexpr std::string_view kMark = "unsupported: ";
        if (what.starts_with(kMark))
            what.erase(0, kMark.size());
        std::error_code ignored;
        for (const char *name : {"tokenizer.json", "tokenizer_config.json"})
            fs::remove(m_folder / name, ignored);
        m_spec.reset();
        return m_losses.meet("tokenizer", what, "a folder without a tokenizer");
    }

    Result<> writeConfig()
    {
        const std::string_view old = kept("config.json");
        const auto parsed =
            old.empty() ? Result<nlohmann::json>(nlohmann::json()) : parseJson(old, "config.json");
        if (parsed && describes(*parsed, m_input))
            return put("config.json", withType(old));
        NamedTokens tokens;
        if (m_spec)
            tokens = {m_spec->bos, m_spec->eos, m_spec->pad};
        LATHE_ASSIGN(const Json json, folderConfig(m_input, tokens));
        return put("config.json", json.dump(2) + "\n");
    }

    /// The text as it was, unless it names a half-precision type that is no longer that of the weights:
    /// transformers rounds to it.
    std::string withType(std::string_view text) const
    {
        Json json = Json::parse(text); // parseJson took it
        for (const char *key : {"dtype", "torch_dtype"}) {
            const bool fits =
                !json.contains(key) || json[key] == "float32" || json[key] == torchName(mainType(m_input));
            if (fits)
                continue;
            json[key] = torchName(mainType(m_input));
            return json.dump(2) + "\n";
        }
        return std::string(text);
    }

    /// generation_config.json goes with the tokenizer, whose end tokens it names; without one it was kept.
    Result<> writeGeneration()
    {
        if (!m_spec && !kept("generation_config.json").empty())
            return put("generation_config.json", kept("generation_config.json"));
        return {};
    }

    Result<> writeNewGeneration()
    {
        Json ends = Json::array();
        for (const auto &id : {m_spec->eos, m_spec->eot, m_spec->eom})
            if (id)
                ends.push_back(*id);
        if (ends.empty())
            return {};
        Json json = Json::object();
        if (m_spec->bos)
            json["bos_token_id"] = *m_spec->bos;
        json["eos_token_id"] = ends.size() == 1 ? ends[0] : ends;
        if (m_spec->pad)
            json["pad_token_id"] = *m_spec->pad;
        return put("generation_config.json", json.dump(2) + "\n");
    }

    /// Not twice: an older folder has it in its tokenizer_config.json.
    Result<> writeTemplate()
    {
        if (m_template.empty())
            return {};
        const auto there =
            m_isKept ? chatTemplateFromFolder(m_folder) : Result<std::optional<FolderTemplate>>(std::nullopt);
        if (there && *there && (*there)->source == m_template)
            return {};
        return put("chat_template.jinja", m_template);
    }

    const ConvertInput &m_input;
    const GgufFile &m_file;
    const fs::path &m_folder;
    Losses &m_losses;
    std::string m_template;
    std::optional<TokenizerSpec> m_spec;
    bool m_isKept = false;
};

} // namespace

Result<> writeFolderText(const ConvertInput &input, const fs::path &folder, Losses &losses)
{
    return Writer(input, folder, losses).write();
}

} // namespace lathe
