// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <string_view>

namespace lathe {

/// Stops the fuzzer, which keeps the input, unless `holds`.
inline void require(bool holds)
{
    if (!holds)
        __builtin_trap();
}

/// An error that can be shown: it says what is wrong, of `subject` if one is given, in UTF-8.
inline void requireMessage(const Error &error, std::string_view subject = {})
{
    require(!error.what.empty() && !error.subject.empty() && isValidUtf8(error.message()));
    require(subject.empty() || error.subject == subject);
}

} // namespace lathe
