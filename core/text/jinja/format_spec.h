// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/machine.h"

#include <string_view>

/// What Python's two ways of formatting, '%s' % value and '{}'.format(value), share.
namespace lathe::jinja {

/// One placeholder, of either kind.
struct FormatSpec {
    std::string fill = " ";
    char align = 0; ///< < > ^ = or 0: by type
    char sign = '-';
    bool alternate = false;
    bool grouped = false;
    int64_t width = 0;
    int64_t precision = -1;
    char type = 0;
};

/// The number at `pos`, which moves behind it; 0 if there is none. Faults on widths over the limit of texts.
int64_t readFormatWidth(Machine &machine, std::string_view text, size_t &pos);
/// Appends `text` padded as `spec` says; `byType` is its alignment if `spec` has none.
void padFormatted(TextBuilder &out, const Text &text, const FormatSpec &spec, char byType);
/// The number that a placeholder of a number's type gets, written out.
std::string formatNumber(Machine &machine, const FormatSpec &spec, const Value &value);
/// The first `precision` characters; all if it is negative.
TextRef clipFormatted(Machine &machine, const TextRef &text, int64_t precision);

} // namespace lathe::jinja
