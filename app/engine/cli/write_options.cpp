// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/write_options.h"

#include "app/engine/cli/format.h"
#include "app/engine/version.h"

namespace lathe::cli {

void addOutputOptions(CLI::App &app, OutputOptions &options)
{
    app.add_option("OUT", options.path, "NAME.gguf: a GGUF file; any other name: a Hugging Face folder")
        ->required();
    app.add_flag("--force", options.force, "replace an existing model");
    app.add_option(
           "--allow-loss", options.losses,
           "what may be lost where the format cannot hold it, by the name in the message; may be repeated")
        ->allow_extra_args(false)
        ->default_str("");
}

WriteOptions writeOptions(const OutputOptions &options)
{
    const std::string end = std::filesystem::path(options.path).extension().string();
    for (const char *other : {".safetensors", ".bin", ".pt", ".json", ".ggml"})
        if (end == other)
            throw UsageError{options.path, "is neither a GGUF file nor a folder",
                             "give NAME.gguf, or the name of a folder"};
    WriteOptions out;
    out.overwrite = options.force;
    out.allowedLosses = {options.losses.begin(), options.losses.end()};
    out.program = std::string("Lathe ") + kVersion;
    return out;
}

void printWritten(const OutputOptions &options, const Written &written, Console &console)
{
    console.clearProgress();
    for (const std::string &loss : written.losses)
        console.note("lost " + loss);
    if (console.json())
        console.printJson({{"out", options.path}, {"bytes", written.bytes}, {"losses", written.losses}});
    else
        console.print(options.path + ", " + bytesText(written.bytes) + "\n");
}

} // namespace lathe::cli
