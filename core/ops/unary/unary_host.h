// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/unary/unary.h"

namespace lathe {

void unaryReference(const HostCall &call);
void unaryCpu(const HostCall &call);

} // namespace lathe
