// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Characters as Python's str sees them. Bytes that are no UTF-8 count as one character each and pass
/// unchanged.
namespace lathe::jinja {

struct Unit {
    char32_t code = 0; ///< 0xDC00 + byte for a byte that is no UTF-8
    size_t length = 1; ///< bytes
};

/// The character at `pos` (less than the size).
Unit unitAt(std::string_view bytes, size_t pos);
/// The number of characters.
size_t countUnits(std::string_view bytes);
bool isAscii(std::string_view bytes);
bool isValidUtf8(std::string_view bytes);
void appendUnit(std::string &out, char32_t code);

char32_t upperOf(char32_t code);
char32_t lowerOf(char32_t code);
char32_t titleOf(char32_t code);

bool isSpace(char32_t code);     ///< str.isspace
bool isLineBreak(char32_t code); ///< where str.splitlines splits
bool isAlpha(char32_t code);
bool isDecimal(char32_t code);
bool isDigit(char32_t code);
bool isNumeric(char32_t code);
bool isLower(char32_t code);
bool isUpper(char32_t code);
bool isTitle(char32_t code);
bool isCased(char32_t code);
bool isPrintable(char32_t code);
bool isWord(char32_t code); ///< \w of Python's re
bool isIdentifierStart(char32_t code);

} // namespace lathe::jinja
