// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/rope_cache/rope_cache_vulkan.h"

#include "core/base/checked.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "shaders/include/rope_params.h"

namespace lathe {

Result<> recordCacheRows(VulkanCall &call, const RopeCacheParams &params, const CacheRowsOperands &at)
{
    const RopeParams &rope = params.rope;
    const shader::RopePush push{uint32_t(call.rows),
                                at.k.rows,
                                rope.heads,
                                params.kvHeads,
                                rope.headDim,
                                rope.ropeDim,
                                uint32_t(rope.style),
                                params.context,
                                at.keys.rows / params.context,
                                0};
    const uint32_t lanes = elementLanes(call.device);
    const char *module = at.keys.type == DType::F16 ? "rope_cache.CACHE_F16" : "rope_cache";
    KernelRun run{module,
                  {lanes, at.writeOnly},
                  {call.step, at.q.view(), at.k.view(), at.v.view(), at.table.view(), at.tokens.view(),
                   at.qOut.view(), at.keys.view(), at.values.view()},
                  pushOf(push)};
    const uint32_t heads = (at.writeOnly ? 0 : rope.heads) + 2 * params.kvHeads;
    run.groups[0] = ceilDiv(heads * ceilDiv(rope.headDim, 2u), lanes);
    run.groups[1] = at.k.rows;
    return runKernel(call, run);
}

Result<> recordRopeCacheVulkan(VulkanCall &call)
{
    return recordCacheRows(call, call.params.as<RopeCacheParams>(),
                           {call.in[0], call.in[1], call.in[2], call.in[3], call.in[4], call.out[0],
                            call.out[1], call.out[2], false});
}

} // namespace lathe
