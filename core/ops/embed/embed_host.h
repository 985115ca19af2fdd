// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/embed/embed.h"

namespace lathe {

void embedReference(const HostCall &call);
void embedCpu(const HostCall &call);

} // namespace lathe
