// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/glu/glu.h"

namespace lathe {

void gluReference(const HostCall &call);
void gluCpu(const HostCall &call);

} // namespace lathe
