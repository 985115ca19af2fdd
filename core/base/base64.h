// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace lathe {

/// The bytes of base64 text (RFC 4648, section 4, with padding); nothing if it is none.
std::optional<std::vector<std::byte>> decodeBase64(std::string_view text);

} // namespace lathe
