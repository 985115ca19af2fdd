// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/rope/rope.h"

namespace lathe {

void ropeReference(const HostCall &call);
void ropeCpu(const HostCall &call);

} // namespace lathe
