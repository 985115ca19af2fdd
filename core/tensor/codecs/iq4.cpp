// SPDX-License-Identifier: GPL-3.0-or-later
// The two formats with 4-bit indices into one fixed table of unevenly spaced levels.
#include "core/base/bytes.h"
#include "core/tensor/codecs/codecs.h"

namespace lathe::codecs {

namespace {

constexpr float kLevels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

struct BlockIQ4_NL {
    uint16_t scale; // half
    uint8_t quants[16];
};
struct BlockIQ4_XS {
    uint16_t scale;
    uint16_t scalesHigh;  // two high bits of each of 8 scales
    uint8_t scalesLow[4]; // four low bits of each
    uint8_t quants[128];
};
static_assert(sizeof(BlockIQ4_NL) == 18 && sizeof(BlockIQ4_XS) == 136);

void decode32(const uint8_t *quants, float d, float *y)
{
    for (size_t j = 0; j < 16; ++j) {
        y[j] = d * kLevels[quants[j] & 15];
        y[j + 16] = d * kLevels[quants[j] >> 4];
    }
}

} // namespace

/// y = d·level[q], blocks of 32
void decodeIQ4_NL(const std::byte *in, float *out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b) {
        const auto block = loadLe<BlockIQ4_NL>(in + b * sizeof(BlockIQ4_NL));
        decode32(block.quants, halfToFloat(block.scale), out + b * 32);
    }
}

/// y = (d·(s − 32))·level[q], blocks of 256, s of 6 bits per 32 elements
void decodeIQ4_XS(const std::byte *in, float *out, size_t blocks)
{
    for (size_t b = 0; b < blocks; ++b) {
        const auto block = loadLe<BlockIQ4_XS>(in + b * sizeof(BlockIQ4_XS));
        const float d = halfToFloat(block.scale);
        for (size_t group = 0; group < 8; ++group) {
            const int low = (block.scalesLow[group / 2] >> (4 * (group % 2))) & 15;
            const int high = (block.scalesHigh >> (2 * group)) & 3;
            decode32(block.quants + group * 16, d * float((low | high << 4) - 32),
                     out + b * 256 + group * 32);
        }
    }
}

} // namespace lathe::codecs
