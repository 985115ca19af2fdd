// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ops/rope_cache/rope_cache.h"
#include "core/ops/vulkan_call.h"

namespace lathe {

/// What the kernel rope_cache reads and writes. With `writeOnly` nothing is rotated, and q, table and qOut,
/// which it does not touch then, may be any operand of their direction.
struct CacheRowsOperands {
    const DeviceTensor &q, &k, &v, &table, &tokens, &qOut, &keys, &values;
    bool writeOnly;
};

/// Records it: for the op rope_cache, and for cache_write, which is its write-only half.
Result<> recordCacheRows(VulkanCall &call, const RopeCacheParams &params, const CacheRowsOperands &at);

} // namespace lathe
