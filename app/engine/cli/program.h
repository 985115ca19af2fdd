// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lathe::cli {

/// The whole command line: reads it, runs the command, prints the one error line, returns the exit status.
int runProgram(int argc, char **argv);

} // namespace lathe::cli
