// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/cache_write/cache_write.h"

namespace lathe {

void cacheWriteReference(const HostCall &call);
void cacheWriteCpu(const HostCall &call);

/// Row `row` of a cache in F32 or F16 (rounded to nearest even).
void storeCacheRow(const HostTensor &cache, uint64_t row, const float *x);

} // namespace lathe
