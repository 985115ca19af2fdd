// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace lathe {

/// `expression`, in Oniguruma's Ruby syntax as tokenizer.json has it, in PCRE2's: \s is the 25 White_Space
/// code points of Unicode, \w letters, marks, decimal digits, letter numbers and connectors, \h a hexadecimal
/// digit, \p{Han} the script without its extensions, {2}+ a repeated repeat (not a possessive one), (?m) lets
/// the dot match line ends. The result is meant for PCRE2_UTF | PCRE2_MULTILINE. Errors: what means something
/// else in the two and is not rewritten here, as "unsupported: expression …"; `subject` names the file.
Result<std::string> pcre2Expression(std::string_view expression, const std::string &subject);

} // namespace lathe
