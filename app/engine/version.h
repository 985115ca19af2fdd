// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lathe {

constexpr const char *kVersion = LATHE_VERSION; // from CMake's project()

} // namespace lathe
