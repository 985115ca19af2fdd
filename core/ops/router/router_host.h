// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/router/router.h"

namespace lathe {

void routerReference(const HostCall &call);
void routerCpu(const HostCall &call);

} // namespace lathe
