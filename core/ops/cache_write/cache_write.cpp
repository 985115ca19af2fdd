// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cache_write/cache_write.h"

#include "core/ops/cache_write/cache_write_host.h"
#include "core/ops/cases.h"
#include "core/ops/records.h"

namespace lathe {

namespace {

using namespace cases;

OpCase writeCase(DType type, uint32_t count, uint32_t cols, uint32_t firstPosition, uint32_t slots,
                 bool selfTest)
{
    constexpr uint32_t kContext = 40;
    const std::string name = std::string(dtypeInfo(type).name) + " " + shape(count, cols) + " from " +
                             std::to_string(firstPosition) + ", slots " + std::to_string(slots);
    const CaseTensor state = cache(type, slots * kContext, cols);
    // Copies and one rounding, the same on every rung.
    return {name,
            CacheWriteParams{kContext},
            {normal(count, cols), normal(count, cols), tokens(count, firstPosition, slots)},
            {state, state},
            0,
            selfTest};
}

std::vector<OpCase> cacheWriteCases()
{
    std::vector<OpCase> rows;
    for (DType type : {DType::F32, DType::F16}) {
        rows.push_back(writeCase(type, 0, 64, 0, 1, false));
        rows.push_back(writeCase(type, 1, 192, 39, 1, true));
        rows.push_back(writeCase(type, 33, 192, 5, 1, true));
        rows.push_back(writeCase(type, 7, 36, 11, 3, true));
        rows.push_back(writeCase(type, 4, 18, 0, 4, false));
    }
    return rows;
}

} // namespace

const OpDef kCacheWriteOp{"cache_write", cacheWriteReference, cacheWriteCpu, recordCacheWriteVulkan,
                          cacheWriteCases};

} // namespace lathe
