// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cache_write/cache_write.h"
#include "core/ops/records.h"
#include "core/ops/rope_cache/rope_cache_vulkan.h"

namespace lathe {

Result<> recordCacheWriteVulkan(VulkanCall &call)
{
    RopeCacheParams params;
    params.context = call.params.as<CacheWriteParams>().context;
    params.rope.headDim = call.in[0].cols; // one head as wide as the row
    return recordCacheRows(call, params,
                           {call.in[0], call.in[0], call.in[1], call.in[0], call.in[2], call.out[0],
                            call.out[0], call.out[1], true});
}

} // namespace lathe
