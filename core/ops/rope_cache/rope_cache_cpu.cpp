// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cache_write/cache_write_host.h"
#include "core/ops/cpu/rows.h"
#include "core/ops/rope_cache/rope_cache_host.h"

namespace lathe {

void ropeCacheCpu(const HostCall &call)
{
    const auto params = call.params.as<RopeCacheParams>();
    const HostTensor &table = call.in[3], &tokens = call.in[4];
    const auto rotateToken = [&](uint32_t t, std::vector<float> &key) {
        const int32_t *token = tokens.i32(t);
        const uint64_t row = uint64_t(token[kTokenSlot]) * params.context + uint32_t(token[kTokenPosition]);
        cpu::rotateRow(params.rope, params.rope.heads, call.in[0].f32(t), table.f32(t), call.out[0].f32(t));
        cpu::rotateRow(params.rope, params.kvHeads, call.in[1].f32(t), table.f32(t), key.data());
        storeCacheRow(call.out[1], row, key.data());
        storeCacheRow(call.out[2], row, call.in[2].f32(t));
    };
    cpu::forRows(call, tokens.rows, call.in[0].cols, [&](uint64_t begin, uint64_t end) {
        std::vector<float> key(call.in[1].cols);
        for (uint32_t t = uint32_t(begin); t < end; ++t)
            rotateToken(t, key);
    });
}

} // namespace lathe
