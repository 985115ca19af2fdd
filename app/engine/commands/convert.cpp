// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/format.h"
#include "app/engine/cli/write_options.h"
#include "core/convert/convert.h"

namespace lathe::cli {

namespace {

struct Options {
    std::string model;
    OutputOptions output;
};

Result<> run(const Options &options, Invocation &invocation)
{
    const WriteOptions write = writeOptions(options.output);
    LATHE_ASSIGN(const auto file, ModelFile::open(options.model));
    LATHE_ASSIGN(const Written written,
                 convertModel(*file, options.output.path, write, invocation.console.task()));
    printWritten(options.output, written, invocation.console);
    return {};
}

} // namespace

Run addConvert(CLI::App &app)
{
    auto options = std::make_shared<Options>();
    app.add_option("MODEL", options->model, "a GGUF file or a Hugging Face folder")->required();
    addOutputOptions(app, options->output);
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
