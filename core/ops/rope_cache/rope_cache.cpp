// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/rope_cache/rope_cache.h"

#include "core/ops/cases.h"
#include "core/ops/records.h"
#include "core/ops/rope_cache/rope_cache_host.h"

namespace lathe {

namespace {

using namespace cases;

OpCase ropeCacheCase(DType type, uint32_t count, const RopeParams &rope, uint32_t kvHeads,
                     uint32_t firstPosition, uint32_t slots, bool selfTest)
{
    constexpr uint32_t kContext = 40;
    const std::string name = std::string(dtypeInfo(type).name) + " " + std::to_string(count) + " tokens, " +
                             std::to_string(rope.heads) + ":" + std::to_string(kvHeads) + " heads of " +
                             std::to_string(rope.headDim) + ", " + std::to_string(rope.ropeDim) +
                             (rope.style == RopeStyle::Halves ? " halves" : " interleaved") + ", slots " +
                             std::to_string(slots);
    const uint32_t cols = rope.heads * rope.headDim, kvCols = kvHeads * rope.headDim;
    const CaseTensor state = cache(type, slots * kContext, kvCols);
    // F16: a key that lies on the edge between two halves may be rounded to either, 2⁻¹¹ apart; a few in
    // 1,000 written elements do, and the written elements are a part of the cache: 1e-3 · (2⁻¹¹)² ≈ 2.4e-10.
    return {name,
            RopeCacheParams{rope, kvHeads, kContext},
            {normal(count, cols), normal(count, kvCols), normal(count, kvCols), rotary(count, rope.ropeDim),
             tokens(count, firstPosition, slots)},
            {output(count, cols), state, state},
            type == DType::F16 ? 1e-9 : 1e-12,
            selfTest};
}

std::vector<OpCase> ropeCacheCases()
{
    std::vector<OpCase> rows;
    for (DType type : {DType::F32, DType::F16})
        for (RopeStyle style : {RopeStyle::Interleaved, RopeStyle::Halves}) {
            rows.push_back(ropeCacheCase(type, 0, {9, 64, 64, style}, 3, 0, 1, false));
            rows.push_back(ropeCacheCase(type, 1, {9, 64, 64, style}, 3, 17, 1, true));
            rows.push_back(ropeCacheCase(type, 33, {9, 64, 64, style}, 3, 2, 1, false));
            rows.push_back(ropeCacheCase(type, 7, {4, 80, 32, style}, 1, 11, 3, true));
            rows.push_back(ropeCacheCase(type, 3, {3, 18, 18, style}, 3, 0, 1, false));
            rows.push_back(ropeCacheCase(type, 5, {7, 40, 40, style}, 1, 9, 2, true));
        }
    return rows;
}

} // namespace

const OpDef kRopeCacheOp{"rope_cache", ropeCacheReference, ropeCacheCpu, recordRopeCacheVulkan,
                         ropeCacheCases};

} // namespace lathe
