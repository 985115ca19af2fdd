// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/model_options.h"
#include "app/engine/cli/write_options.h"
#include "core/convert/merge.h"

namespace lathe::cli {

namespace {

struct Options {
    ModelOptions model; ///< path and adapters
    OutputOptions output;
};

Result<> run(const Options &options, Invocation &invocation)
{
    const WriteOptions write = writeOptions(options.output);
    const std::vector<AdapterRequest> requests = adapterRequests(options.model);
    if (requests.empty())
        throw UsageError{"--adapter", "is missing", "give a PEFT folder or a GGUF file"};
    LATHE_ASSIGN(const auto file, ModelFile::open(options.model.path));
    LATHE_ASSIGN(const auto adapters, openAdapters(*file, requests));
    LATHE_ASSIGN(const Written written,
                 mergeModel(*file, adapters, options.output.path, write, invocation.console.task()));
    printWritten(options.output, written, invocation.console);
    return {};
}

} // namespace

Run addMerge(CLI::App &app)
{
    auto options = std::make_shared<Options>();
    app.add_option("MODEL", options->model.path, "a GGUF file or a Hugging Face folder")->required();
    addAdapterOption(app, options->model);
    addOutputOptions(app, options->output);
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
