// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/input_files.h"
#include "app/engine/services/prompt.h"
#include "core/base/bytes.h"
#include "core/model/model_file.h"

namespace lathe::cli {

namespace {

struct Options {
    std::string model, file, texts;
    bool noSpecial = false, plain = false;
};

Json tokensJson(const Tokenizer &tokenizer, const std::vector<uint32_t> &ids)
{
    return {{"ids", ids}, {"pieces", tokenPieces(tokenizer, ids)}};
}

void printTable(Console &console, const Tokenizer &tokenizer, const std::vector<uint32_t> &ids)
{
    const std::vector<std::string> pieces = tokenPieces(tokenizer, ids);
    for (size_t i = 0; i < ids.size(); ++i)
        console.print(std::to_string(ids[i]) + "\t" + Json(pieces[i]).dump() + "\n");
}

Result<std::vector<uint32_t>> encode(const Options &options, const Tokenizer &tokenizer,
                                     std::string_view text)
{
    const Tokenizer::TextPart part{text, options.plain};
    return tokenizer.encode(std::span(&part, 1),
                            options.noSpecial ? Tokenizer::Special::Read : Tokenizer::Special::Add);
}

Result<> tokenizeMany(const Options &options, const Tokenizer &tokenizer, Console &console)
{
    LATHE_ASSIGN(const Json texts, readJsonFile(options.texts));
    const auto isString = [](const Json &item) { return item.is_string(); };
    if (!texts.is_array() || !std::all_of(texts.begin(), texts.end(), isString))
        return fail(Errc::BadInput, options.texts, "is not a list of strings", "give a JSON list of strings");
    Json results = Json::array();
    for (const Json &text : texts) {
        LATHE_TRY(console.task().checkCancelled());
        LATHE_ASSIGN(const std::vector<uint32_t> ids,
                     encode(options, tokenizer, text.get_ref<const std::string &>()));
        if (console.json())
            results.push_back(tokensJson(tokenizer, ids));
        else
            console.print(Json(ids).dump() + "\n");
    }
    if (console.json())
        console.printJson({{"results", std::move(results)}});
    return {};
}

Result<> run(const Options &options, Invocation &invocation)
{
    if (options.file.empty() == options.texts.empty())
        throw UsageError{"tokenize", "needs one of --file and --texts", "give the text's file with --file"};
    LATHE_ASSIGN(const auto model, ModelFile::open(options.model, ModelFile::Need::Vocabulary));
    LATHE_ASSIGN(const auto tokenizer, model->tokenizer());
    if (!options.texts.empty())
        return tokenizeMany(options, *tokenizer, invocation.console);
    LATHE_ASSIGN(const std::string text, readInput(options.file));
    LATHE_ASSIGN(const std::vector<uint32_t> ids, encode(options, *tokenizer, text));
    if (invocation.console.json())
        invocation.console.printJson(tokensJson(*tokenizer, ids));
    else
        printTable(invocation.console, *tokenizer, ids);
    return {};
}

} // namespace

Run addTokenize(CLI::App &app)
{
    auto options = std::make_shared<Options>();
    app.add_option("MODEL", options->model, "model file")->required();
    app.add_option("--file", options->file, "the text (-: standard input)");
    app.add_option("--texts", options->texts, "a JSON list of texts");
    app.add_flag("--no-special", options->noSpecial, "add no BOS or EOS");
    app.add_flag("--plain", options->plain, "spellings of special tokens are text");
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
