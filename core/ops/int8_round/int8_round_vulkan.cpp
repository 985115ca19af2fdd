// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/ops/int8_round/int8_round.h"
#include "core/ops/records.h"
#include "core/ops/vulkan_dispatch.h"
#include "shaders/include/rows_params.h"

namespace lathe {

/// Marks the outlier columns in y, then rounds each row by them.
Result<> recordInt8RoundVulkan(VulkanCall &call)
{
    const auto params = call.params.as<Int8RoundParams>();
    const DeviceTensor &x = call.in[0], &tokens = call.in[1], &y = call.out[0];
    if (x.rows == 0)
        return {};
    const shader::RowsPush push{uint32_t(call.rows), x.rows,         x.cols, 0,
                                params.threshold,    params.ofBatch, 0,      0};
    const uint32_t lanes = elementLanes(call.device);
    KernelRun mark{"int8_outliers", {lanes}, {call.step, x.view(), tokens.view(), y.view()}, pushOf(push)};
    mark.groups[0] = ceilDiv(x.cols, lanes);
    mark.loops = 2 * uint64_t(x.rows);
    LATHE_TRY(runKernel(call, mark));
    return runRows(call, {"int8_round", {&x, &y}, x.rows, x.cols, true, 2, params.threshold});
}

} // namespace lathe
