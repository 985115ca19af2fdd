// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cache_write/cache_write_host.h"
#include "core/ops/cpu/rows.h"

namespace lathe {

void cacheWriteCpu(const HostCall &call)
{
    const auto params = call.params.as<CacheWriteParams>();
    const HostTensor &tokens = call.in[2];
    cpu::forRows(call, tokens.rows, call.out[0].cols, [&](uint64_t begin, uint64_t end) {
        for (uint32_t t = uint32_t(begin); t < end; ++t) {
            const int32_t *token = tokens.i32(t);
            const uint64_t row =
                uint64_t(token[kTokenSlot]) * params.context + uint32_t(token[kTokenPosition]);
            for (size_t i = 0; i < 2; ++i)
                storeCacheRow(call.out[i], row, call.in[i].f32(t));
        }
    });
}

} // namespace lathe
