// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/input_files.h"
#include "core/base/bytes.h"
#include "core/model/model_file.h"

namespace lathe::cli {

namespace {

struct Options {
    std::string model, ids;
};

Result<> run(const Options &options, Invocation &invocation)
{
    LATHE_ASSIGN(const auto model, ModelFile::open(options.model, ModelFile::Need::Vocabulary));
    LATHE_ASSIGN(const auto tokenizer, model->tokenizer());
    LATHE_ASSIGN(const IdLists ids, readIdsFile(options.ids));
    if (ids.batch)
        return fail(Errc::BadInput, options.ids, "holds lists of ids", "give one list");
    for (const uint32_t id : ids.lists.front()) {
        if (!tokenizer->contains(id))
            return fail(Errc::BadInput, options.ids,
                        "id " + std::to_string(id) + " is outside the vocabulary of " +
                            std::to_string(tokenizer->size()) + " tokens",
                        "give ids of this model");
    }
    const std::string text = tokenizer->decode(ids.lists.front());
    if (invocation.console.json())
        invocation.console.printJson({{"text", toValidUtf8(text)}});
    else
        invocation.console.print(text);
    return {};
}

} // namespace

Run addDetokenize(CLI::App &app)
{
    auto options = std::make_shared<Options>();
    app.add_option("MODEL", options->model, "model file")->required();
    app.add_option("--ids", options->ids, "a JSON list of ids")->required();
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
