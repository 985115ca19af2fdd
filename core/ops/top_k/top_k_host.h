// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/top_k/top_k.h"

namespace lathe {

void topKReference(const HostCall &call);
void topKCpu(const HostCall &call);

} // namespace lathe
