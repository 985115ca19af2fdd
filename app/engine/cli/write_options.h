// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/command.h"
#include "core/convert/convert.h"

namespace lathe::cli {

/// The options of the commands that write a model: OUT, --force, --allow-loss.
struct OutputOptions {
    std::string path;
    bool force = false;
    std::vector<std::string> losses;
};

void addOutputOptions(CLI::App &app, OutputOptions &options);
/// Throws UsageError where OUT names a file that is neither GGUF nor a folder.
WriteOptions writeOptions(const OutputOptions &options);
/// The command's result, and a note for each loss.
void printWritten(const OutputOptions &options, const Written &written, Console &console);

} // namespace lathe::cli
