// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lathe {

/// The name of one part of a model in several GGUF files: "model-00002-of-00005.gguf".
struct GgufPartName {
    std::string stem;    ///< "model"
    uint32_t number = 0; ///< 1 … count
    uint32_t count = 0;

    /// The name of part `part`.
    std::string of(uint32_t part) const;
};

/// Nothing if `fileName` is not of that form.
std::optional<GgufPartName> parseGgufPartName(std::string_view fileName);

} // namespace lathe
