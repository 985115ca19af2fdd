// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/console.h"
#include "core/ops/vulkan_call.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <span>

namespace lathe::cli {

/// The options that every command takes.
struct CommonOptions {
    Console::Options console;
    std::string device = "auto";
    unsigned threads = 0; ///< of the cpu backend; 0: one per processor
    std::optional<uint64_t> seed;
    MathTier math = MathTier::Fp32;
    std::string breakKernel; ///< debug: a shader module that is left out
};

struct Invocation {
    const CommonOptions &common;
    Console &console;
};

/// What a command does once its options are read. An Error is exit status 1 (130 when cancelled); it may
/// throw UsageError.
using Run = std::function<Result<>(Invocation &)>;

/// One command of the program; each stands in its own file in app/engine/commands.
struct Command {
    const char *name;
    const char *summary;
    /// Adds the command's options to `app` and returns what to run; the options live in what is returned.
    Run (*add)(CLI::App &app);
};

/// A new command is one line in commands/all_commands.cpp.
std::span<const Command> allCommands();
/// Names of the interface that have not landed: they answer exit status 2.
std::span<const char *const> laterCommands();

/// A fault of usage that shows after the options were read: exit status 2.
struct UsageError {
    std::string subject, what, remedy;
};

} // namespace lathe::cli
