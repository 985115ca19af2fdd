// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Properties of characters as Rust's standard library and regex crate have them, on which Hugging Face's
/// tokenizers build.
namespace lathe {

struct Character {
    char32_t code = 0;
    size_t length = 0; ///< bytes
};

/// The character at `at` (less than the size) of well-formed UTF-8.
Character characterAt(std::string_view text, size_t at);
/// The last character that ends at `end` (more than 0) of well-formed UTF-8.
Character characterBefore(std::string_view text, size_t end);
void appendCharacter(std::string &out, char32_t code);

bool isWhiteSpace(char32_t code);    ///< White_Space
bool isNumber(char32_t code);        ///< Nd, Nl, No
bool isPunctuation(char32_t code);   ///< P*, and all of ASCII's that is neither letter, digit nor space
bool isMark(char32_t code);          ///< Mn, Mc, Me
bool isWordCharacter(char32_t code); ///< \w: letters, marks, digits, letter numbers, connectors, joiners

/// Bytes of white space at the begin of `text`, and at its end; the text may be malformed.
size_t leadingSpace(std::string_view text);
size_t trailingSpace(std::string_view text);

} // namespace lathe
