// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/cli/command.h"
#include "app/engine/services/devices.h"

#include <string>

namespace lathe::cli {

/// "98.4 MB": decimal units, three significant digits.
std::string bytesText(uint64_t bytes);
std::string fixed(double value, int digits);
/// "0.01234": four significant digits.
std::string significant(double value);
/// "1.2e-06"; "infinity".
std::string scientific(double value);

/// What the common options say about devices.
DeviceOptions deviceOptions(const CommonOptions &common);

} // namespace lathe::cli
