// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lathe {

/// `text` from a file, fit for a one-line message: well-formed UTF-8, control characters as \xNN, cut with
/// "…" after `limitBytes` bytes.
std::string printable(std::string_view text, size_t limitBytes = 80);

} // namespace lathe
