// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/add/add.h"

namespace lathe {

void addReference(const HostCall &call);
void addCpu(const HostCall &call);

} // namespace lathe
