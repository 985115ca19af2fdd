// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/ops/cache_write/cache_write_host.h"

namespace lathe {

void storeCacheRow(const HostTensor &cache, uint64_t row, const float *x)
{
    std::byte *to = cache.data + row * rowBytes(cache.type, cache.cols);
    if (cache.type == DType::F32) {
        std::memcpy(to, x, uint64_t(cache.cols) * sizeof(float));
        return;
    }
    for (uint32_t c = 0; c < cache.cols; ++c) {
        const uint16_t half = floatToHalf(x[c]);
        std::memcpy(to + uint64_t(c) * 2, &half, 2);
    }
}

} // namespace lathe
