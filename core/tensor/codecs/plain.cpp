// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/tensor/codecs/codecs.h"

#include <bit>

namespace lathe::codecs {

namespace {

/// halfToFloat without branches, so that the loop over it is vectorised. The half's bits, moved to the
/// float's place, are the value divided by 2^112, subnormal or not; the product is exact.
float widen(uint16_t bits)
{
    const uint32_t sign = uint32_t(bits & 0x8000u) << 16;
    const uint32_t magnitude = uint32_t(bits & 0x7FFFu) << 13;
    const uint32_t finite = std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112f);
    const uint32_t infinite = magnitude | 0x7F800000u;
    return std::bit_cast<float>(sign | ((bits & 0x7C00u) == 0x7C00u ? infinite : finite));
}

} // namespace

void decodeF32(const std::byte *in, float *out, size_t blocks)
{
    std::memcpy(out, in, blocks * sizeof(float));
}

void decodeF16(const std::byte *in, float *out, size_t blocks)
{
    for (size_t i = 0; i < blocks; ++i)
        out[i] = widen(loadLe<uint16_t>(in + 2 * i));
}

void decodeBF16(const std::byte *in, float *out, size_t blocks)
{
    for (size_t i = 0; i < blocks; ++i)
        out[i] = std::bit_cast<float>(uint32_t(loadLe<uint16_t>(in + 2 * i)) << 16);
}

} // namespace lathe::codecs
