// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/tensor/codecs/codecs.h"

namespace lathe::codecs {

void decodeF32(const std::byte *in, float *out, size_t blocks)
{
    std::memcpy(out, in, blocks * sizeof(float));
}

void decodeF16(const std::byte *in, float *out, size_t blocks)
{
    for (size_t i = 0; i < blocks; ++i)
        out[i] = halfToFloat(loadLe<uint16_t>(in + 2 * i));
}

void decodeBF16(const std::byte *in, float *out, size_t blocks)
{
    for (size_t i = 0; i < blocks; ++i)
        out[i] = bfloatToFloat(loadLe<uint16_t>(in + 2 * i));
}

} // namespace lathe::codecs
