// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear/linear.h"

namespace lathe {

void linearReference(const HostCall &call);
void linearCpu(const HostCall &call);

} // namespace lathe
