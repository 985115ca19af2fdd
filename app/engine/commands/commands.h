// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/command.h"

namespace lathe::cli {

Run addBench(CLI::App &app);
Run addChat(CLI::App &app);
Run addConvert(CLI::App &app);
Run addDetokenize(CLI::App &app);
Run addDevices(CLI::App &app);
Run addInspect(CLI::App &app);
Run addLogits(CLI::App &app);
Run addMerge(CLI::App &app);
Run addPull(CLI::App &app);
Run addRender(CLI::App &app);
Run addRpc(CLI::App &app);
Run addSelftest(CLI::App &app);
Run addTokenize(CLI::App &app);

} // namespace lathe::cli
