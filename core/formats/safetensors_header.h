// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lathe {

/// What the JSON header says of one tensor; `offsets` are the first byte and the one after the last, counted
/// from the end of the header.
struct SafetensorsHeaderEntry {
    std::string name;
    std::string dtype;
    std::vector<uint64_t> shape;
    std::array<uint64_t, 2> offsets{};
};

struct SafetensorsHeader {
    std::vector<SafetensorsHeaderEntry> entries;
    std::map<std::string, std::string> metadata;
};

/// Reads the JSON of a header as a stream, so that memory stays in proportion to its bytes whatever it holds.
/// Checks the form only: fields, types, at most 32 dimensions. Errors name `fileName` and the tensor.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, const std::string &fileName);

} // namespace lathe
