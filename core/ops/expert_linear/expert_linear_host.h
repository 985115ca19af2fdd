// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/expert_linear/expert_linear.h"

namespace lathe {

void expertLinearReference(const HostCall &call);
void expertLinearCpu(const HostCall &call);

} // namespace lathe
