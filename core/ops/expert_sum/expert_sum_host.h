// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/expert_sum/expert_sum.h"

namespace lathe {

void expertSumReference(const HostCall &call);
void expertSumCpu(const HostCall &call);

} // namespace lathe
