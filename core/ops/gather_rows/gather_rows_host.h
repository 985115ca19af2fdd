// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/gather_rows/gather_rows.h"

namespace lathe {

void gatherRowsReference(const HostCall &call);
void gatherRowsCpu(const HostCall &call);

} // namespace lathe
