// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/command.h"

namespace lathe::cli {

Run addPull(CLI::App &app);
Run addRpc(CLI::App &app);

} // namespace lathe::cli
