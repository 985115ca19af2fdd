// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/gguf_text.h"

#include "core/base/bytes.h"
#include "core/convert/kept.h"
#include "core/convert/same_text.h"
#include "core/text/tokenizer_gguf.h"
#include "core/text/tokenizer_json.h"
#include "core/text/tokenizer_write.h"

#include <algorithm>
#include <array>

namespace lathe {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path &path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool hasTokenizer(const fs::path &folder)
{
    constexpr std::array kNames{"tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt"};
    return std::ranges::any_of(kNames, [&](const char *name) { return isThere(folder / name); });
}

/// As many tokens as the embedding has rows, which llama.cpp asks for; the others are unused.
void fillUp(TokenizerSpec &spec, uint32_t vocabulary)
{
    const size_t own = spec.tokens.size();
    if (own >= vocabulary)
        return;
    if (spec.types.empty())
        spec.types.assign(own, int32_t(TokenType::Normal));
    spec.tokens.resize(vocabulary);
    spec.types.resize(vocabulary, int32_t(TokenType::Unused));
    if (!spec.scores.empty())
        spec.scores.resize(vocabulary, 0.0f);
}

Result<Tokenizer> readBack(const TokenizerSpec &spec, const std::string &subject)
{
    GgufWriter writer;
    LATHE_TRY(setGgufTokenizer(spec, subject, writer));
    LATHE_ASSIGN(const std::string bytes, writer.toBytes(subject));
    LATHE_ASSIGN(const GgufFile file, GgufFile::parse(std::as_bytes(std::span(bytes)), subject));
    return tokenizerFromGguf(file);
}

/// GGUF names three tokens that end a generation; those of generation_config.json beyond EOS become the
/// other two as far as readers do not know them by their spelling.
Result<> nameEnds(TokenizerSpec &spec, const Tokenizer &own, const std::string &subject)
{
    LATHE_ASSIGN(const Tokenizer first, readBack(spec, subject));
    for (uint32_t id = 0; id < own.size(); ++id) {
        if (!own.isEndOfGeneration(id) || first.isEndOfGeneration(id))
            continue;
        (spec.eot ? spec.eom : spec.eot) = id;
    }
    return {};
}

/// What is meant by an error's line behind "unsupported: ".
std::string plainWhat(const Error &error)
{
    constexpr std::string_view kMark = "unsupported: ";
    return error.what.starts_with(kMark) ? error.what.substr(kMark.size()) : error.what;
}

Result<std::string> setTemplate(const fs::path &folder, Losses &losses, GgufWriter &writer)
{
    const auto found = chatTemplateFromFolder(folder);
    if (!found) {
        LATHE_TRY(losses.meet("template", plainWhat(found.error()), "a file without a chat template"));
        return std::string();
    }
    if (!*found)
        return std::string();
    writer.setString("tokenizer.chat_template", (*found)->source);
    return (*found)->source;
}

Result<> keep(const fs::path &file, std::string_view key, GgufWriter &writer)
{
    if (!isThere(file))
        return {};
    LATHE_ASSIGN(const std::string text, readText(file));
    if (isValidUtf8(text))
        writer.setString(key, text);
    return {};
}

Result<> setTokenizer(const ConvertInput &input, const std::string &sample, Losses &losses,
                      GgufWriter &writer)
{
    const fs::path &folder = input.model.source().folder()->path();
    const auto tokenizer = ggufTokenizer(folder, input.config().vocabulary);
    if (!tokenizer)
        return losses.meet("tokenizer", plainWhat(tokenizer.error()), "a file without a tokenizer");
    if (const auto difference = firstDifference(tokenizer->own, tokenizer->written, sample))
        LATHE_TRY(losses.meet("tokenizer", "the tokenizer in a GGUF file, which changes " + *difference,
                              "the nearest that it has"));
    return setGgufTokenizer(tokenizer->spec, folder.string(), writer);
}

} // namespace

Result<GgufTokenizer> ggufTokenizer(const fs::path &folder, uint32_t vocabulary)
{
    const std::string subject = folder.string();
    LATHE_ASSIGN(TokenizerSpec spec, tokenizerSpecFromFolder(folder));
    LATHE_ASSIGN(Tokenizer own, Tokenizer::create(spec, subject));
    if (spec.tokens.size() > vocabulary)
        return fail(Errc::BadInput, subject, "a tokenizer with more tokens than the embedding has rows");
    fillUp(spec, vocabulary);
    LATHE_TRY(nameEnds(spec, own, subject));
    LATHE_ASSIGN(Tokenizer written, readBack(spec, subject));
    return GgufTokenizer{std::move(spec), std::move(own), std::move(written)};
}

Result<> setGgufText(const ConvertInput &input, Losses &losses, GgufWriter &writer)
{
    const HfFolder &source = *input.model.source().folder();
    const fs::path &folder = source.path();
    LATHE_ASSIGN(const std::string sample, setTemplate(folder, losses, writer));
    if (hasTokenizer(folder)) {
        LATHE_TRY(setTokenizer(input, sample, losses, writer));
    } else {
        writer.setString("tokenizer.ggml.model", "no_vocab"); // llama.cpp asks for the key
    }
    LATHE_TRY(keep(folder / "tokenizer.json", kept::kTokenizer, writer));
    // Settings that the file does not follow any more would be misread on the way back.
    const bool keepsConfig =
        !source.config().contains("text_config") && !source.config().contains("quantization_config");
    for (const std::string_view name : kept::kFiles) {
        if (keepsConfig || name != "config.json")
            LATHE_TRY(keep(folder / name, std::string(kept::kFile) + std::string(name), writer));
    }
    return {};
}

} // namespace lathe
