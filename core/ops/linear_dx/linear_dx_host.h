// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/linear_dx/linear_dx.h"

namespace lathe {

void linearDxReference(const HostCall &call);
void linearDxCpu(const HostCall &call);

} // namespace lathe
