// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/rope_cache/rope_cache.h"

namespace lathe {

void ropeCacheReference(const HostCall &call);
void ropeCacheCpu(const HostCall &call);

} // namespace lathe
