// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace lathe {

constexpr const char *kVersion = LATHE_VERSION; // from CMake's project()
constexpr const char *kBuildType = LATHE_BUILD_TYPE;
#if defined(__clang__)
constexpr const char *kCompiler = "clang " __clang_version__;
#else
constexpr const char *kCompiler = "GCC " __VERSION__;
#endif

} // namespace lathe
