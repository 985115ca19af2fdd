// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lathe::jinja {

struct Number {
    size_t length = 0; ///< bytes read; 0: an integer over 64 bits
    bool isFloat = false;
    int64_t integer = 0;
    double number = 0;
};

/// The number literal at the start of `text`, which begins with a digit. After a dot (`x.0.5`) only integers
/// count.
Number readNumber(std::string_view text, bool afterDot);

/// The inside of a string literal with Python's escapes resolved; nothing for a malformed one.
std::optional<std::string> decodeString(std::string_view inside);

/// Python's int(text, base) and float(text), nothing where these raise ValueError or exceed 64 bits.
std::optional<int64_t> parseInteger(std::string_view text, int base);
std::optional<double> parseFloat(std::string_view text);

} // namespace lathe::jinja
