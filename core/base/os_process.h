// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/task.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lathe::os {

struct ChildCommand {
    std::vector<std::string> arguments;   ///< the program first; found on PATH
    std::vector<std::string> environment; ///< "NAME=value", in addition to ours
};

struct ChildResult {
    int status = 0;     ///< exit status; 128 + signal when it was killed
    std::string output; ///< the end of stdout and stderr together, at most 16 KiB
};

/// Runs a program to its end with no input. `tick` is called about ten times a second on the caller's thread;
/// a cancel ends the program and its children. Errors: NotFound (no such program), Io, Cancelled.
Result<ChildResult> runChild(const ChildCommand &command, const CancelToken &cancel,
                             const std::function<void()> &tick = {});

} // namespace lathe::os
