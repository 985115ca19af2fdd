// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/machine.h"

/// Work on strings that filters and methods share. All keep content marks.
namespace lathe::jinja {

enum class Side : uint8_t { Both, Left, Right };

/// Python's strip; `characters` null: white space.
TextRef strip(Machine &machine, const TextRef &text, const Text *characters, Side side);
/// Python's replace; `count` below 0: all.
TextRef replaceAll(Machine &machine, const Text &text, const Text &from, const Text &to, int64_t count);
/// Pads to `width` characters; the text's place is `side` (Both: the middle, as str.center).
TextRef padTo(Machine &machine, const TextRef &text, int64_t width, std::string_view fill, Side side);
/// Byte ranges of the lines; with their ends if `keepEnds`.
std::vector<std::pair<size_t, size_t>> lineRanges(Machine &machine, const Text &text, bool keepEnds);

enum class Case : uint8_t { Upper, Lower, Capitalize, Title, Swap };
TextRef withCase(Machine &machine, const Text &text, Case kind);

} // namespace lathe::jinja
