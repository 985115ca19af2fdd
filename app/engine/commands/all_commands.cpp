// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

namespace lathe::cli {

namespace {

constexpr Command kCommands[] = {
    {"pull", "get the default model", addPull},
    {"rpc", "the engine of the window, on stdin and stdout (docs/protocol.md)", addRpc},
};

constexpr const char *kLater[] = {"batch", "eval",  "report", "run",     "quantize", "sensitivity", "compare",
                                  "sweep", "prune", "train",  "distill", "merge",    "convert",     "serve"};

} // namespace

std::span<const Command> allCommands()
{
    return kCommands;
}

std::span<const char *const> laterCommands()
{
    return kLater;
}

} // namespace lathe::cli
