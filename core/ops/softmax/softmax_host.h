// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/softmax/softmax.h"

namespace lathe {

void softmaxReference(const HostCall &call);
void softmaxCpu(const HostCall &call);

} // namespace lathe
