// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/tokenizer.h"

#include <optional>
#include <string>
#include <string_view>

namespace lathe {

/// The first way in which two tokenizers differ, for a message ("token 7", "the ids of \"a b\""); nothing if
/// they agree on every token they both have (tokens that one has beyond the other must be unused), on special
/// and end tokens, and on the ids and the text of a set of samples, among them `sample` and every special
/// token.
std::optional<std::string> firstDifference(const Tokenizer &a, const Tokenizer &b, std::string_view sample);

} // namespace lathe
