// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/machine.h"

namespace lathe::jinja {

/// Python's datetime.strftime of `now` in local time, with English names whatever the locale. Knows
/// %a %A %b %B %c %C %d %D %e %f %F %h %H %I %j %m %M %n %p %R %S %T %u %w %x %X %y %Y %% and the flag `-`
/// (no padding); others are copied as they stand.
void appendClock(TextBuilder &out, std::string_view format, Machine::Clock::time_point now);

} // namespace lathe::jinja
