// SPDX-License-Identifier: GPL-3.0-or-later
// The formats with blocks of 32. Element j and element j + 16 share byte j of `quants`: low and high nibble.
#include "core/base/bytes.h"
#include "core/tensor/codecs/codecs.h"

namespace lathe::codecs {

namespace {

constexpr size_t kBlock = 32;
constexpr size_t kHalf = kBlock / 2;

#pragma pack(push, 1)
struct BlockQ4_0 {
    uint16_t scale; // half
    uint8_t quants[kHalf];
};
struct BlockQ4_1 {
    uint16_t scale, minimum; // halves
    uint8_t quants[kHalf];
};
struct BlockQ5_0 {
    uint16_t scale;
    uint32_t highBits; // bit j: fifth bit of element j
    uint8_t quants[kHalf];
};
struct BlockQ5_1 {
    uint16_t scale, minimum;
    uint32_t highBits;
    uint8_t quants[kHalf];
};
struct BlockQ8_0 {
    uint16_t scale;
    int8_t quants[kBlock];
};
#pragma pack(pop)

static_assert(sizeof(BlockQ4_0) == 18 && sizeof(BlockQ4_1) == 20 && sizeof(BlockQ5_0) == 22);
static_assert(sizeof(BlockQ5_1) == 24 && sizeof(BlockQ8_0) == 34);

/// Calls decodeBlock(const Block &, float *) for each block.
template <class Block, class DecodeBlock>
void forEachBlock(const std::byte *in, float *out, size_t blocks, DecodeBlock decodeBlock)
{
    for (size_t b = 0; b < blocks; ++b)
        decodeBlock(loadLe<Block>(in + b * sizeof(Block)), out + b * kBlock);
}

int fifthBit(uint32_t highBits, size_t element)
{
    return int((highBits >> element) & 1u) << 4;
}

} // namespace

/// y = (q − 8)·d
void decodeQ4_0(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ4_0>(in, out, blocks, [](const BlockQ4_0 &block, float *y) {
        const float d = halfToFloat(block.scale);
        for (size_t j = 0; j < kHalf; ++j) {
            y[j] = float((block.quants[j] & 15) - 8) * d;
            y[j + kHalf] = float((block.quants[j] >> 4) - 8) * d;
        }
    });
}

/// y = q·d + m
void decodeQ4_1(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ4_1>(in, out, blocks, [](const BlockQ4_1 &block, float *y) {
        const float d = halfToFloat(block.scale);
        const float m = halfToFloat(block.minimum);
        for (size_t j = 0; j < kHalf; ++j) {
            y[j] = float(block.quants[j] & 15) * d + m;
            y[j + kHalf] = float(block.quants[j] >> 4) * d + m;
        }
    });
}

/// y = (q − 16)·d
void decodeQ5_0(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ5_0>(in, out, blocks, [](const BlockQ5_0 &block, float *y) {
        const float d = halfToFloat(block.scale);
        const uint32_t high = block.highBits;
        for (size_t j = 0; j < kHalf; ++j) {
            y[j] = float(((block.quants[j] & 15) | fifthBit(high, j)) - 16) * d;
            y[j + kHalf] = float(((block.quants[j] >> 4) | fifthBit(high, j + kHalf)) - 16) * d;
        }
    });
}

/// y = q·d + m
void decodeQ5_1(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ5_1>(in, out, blocks, [](const BlockQ5_1 &block, float *y) {
        const float d = halfToFloat(block.scale);
        const float m = halfToFloat(block.minimum);
        const uint32_t high = block.highBits;
        for (size_t j = 0; j < kHalf; ++j) {
            y[j] = float((block.quants[j] & 15) | fifthBit(high, j)) * d + m;
            y[j + kHalf] = float((block.quants[j] >> 4) | fifthBit(high, j + kHalf)) * d + m;
        }
    });
}

/// y = q·d
void decodeQ8_0(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ8_0>(in, out, blocks, [](const BlockQ8_0 &block, float *y) {
        const float d = halfToFloat(block.scale);
        for (size_t j = 0; j < kBlock; ++j)
            y[j] = float(block.quants[j]) * d;
    });
}

} // namespace lathe::codecs
