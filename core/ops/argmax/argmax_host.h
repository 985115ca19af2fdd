// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/argmax/argmax.h"

namespace lathe {

void argmaxReference(const HostCall &call);
void argmaxCpu(const HostCall &call);

} // namespace lathe
