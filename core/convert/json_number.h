// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <charconv>
#include <nlohmann/json.hpp>

namespace lathe {

/// A number of a model's settings as people write it: a float by its shortest spelling (1e-06, not
/// 9.99999997e-07).
inline nlohmann::ordered_json jsonNumber(double value)
{
    if (value != double(float(value)))
        return value;
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, float(value)).ptr;
    double shortest = value;
    std::from_chars(text, end, shortest);
    return shortest;
}

} // namespace lathe
