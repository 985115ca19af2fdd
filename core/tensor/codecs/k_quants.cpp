// SPDX-License-Identifier: GPL-3.0-or-later
// The K formats: super-blocks of 256 elements with integer sub-scales under one or two halves.
#include "core/base/bytes.h"
#include "core/tensor/codecs/codecs.h"

namespace lathe::codecs {

namespace {

constexpr size_t kBlock = 256;

struct BlockQ2_K {
    uint8_t scales[16]; // per 16 elements: low nibble scale, high nibble minimum
    uint8_t quants[64];
    uint16_t scale, minimum; // halves over `scales`
};
struct BlockQ3_K {
    uint8_t highMask[32];
    uint8_t quants[64];
    uint8_t scales[12]; // 16 scales of 6 bits
    uint16_t scale;
};
struct BlockQ4_K {
    uint16_t scale, minimum;
    uint8_t scales[12]; // 8 scales and 8 minima of 6 bits
    uint8_t quants[128];
};
struct BlockQ5_K {
    uint16_t scale, minimum;
    uint8_t scales[12];
    uint8_t highBits[32];
    uint8_t quants[128];
};
struct BlockQ6_K {
    uint8_t lowBits[128];
    uint8_t highBits[64];
    int8_t scales[16];
    uint16_t scale;
};

static_assert(sizeof(BlockQ2_K) == 84 && sizeof(BlockQ3_K) == 110 && sizeof(BlockQ4_K) == 144);
static_assert(sizeof(BlockQ5_K) == 176 && sizeof(BlockQ6_K) == 210);

template <class Block, class DecodeBlock>
void forEachBlock(const std::byte *in, float *out, size_t blocks, DecodeBlock decodeBlock)
{
    for (size_t b = 0; b < blocks; ++b)
        decodeBlock(loadLe<Block>(in + b * sizeof(Block)), out + b * kBlock);
}

/// Scale i of 16: four low bits in bytes 0…7 (second half in their high nibbles), two high bits in bytes
/// 8…11.
int scaleQ3(const uint8_t *scales, size_t i)
{
    const int low = i < 8 ? scales[i] & 15 : scales[i - 8] >> 4;
    const int high = (scales[8 + i % 4] >> (2 * (i / 4))) & 3;
    return (low | high << 4) - 32;
}

struct SubScale {
    float d, m; // scale and minimum of 32 elements, multiplied out
};

/// Sub-block i of 8 of Q4_K and Q5_K: the last four keep their upper two bits in those of the first four.
SubScale subScale(const uint8_t *scales, size_t i, float d, float m)
{
    if (i < 4)
        return {d * float(scales[i] & 63), m * float(scales[i + 4] & 63)};
    const int scale = (scales[i + 4] & 15) | (scales[i - 4] >> 6) << 4;
    const int minimum = (scales[i + 4] >> 4) | (scales[i] >> 6) << 4;
    return {d * float(scale), m * float(minimum)};
}

} // namespace

/// y = (d·s)·q − (m·t), q of 2 bits, s and t of 4 bits per 16 elements
void decodeQ2_K(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ2_K>(in, out, blocks, [](const BlockQ2_K &block, float *y) {
        const float d = halfToFloat(block.scale);
        const float m = halfToFloat(block.minimum);
        for (size_t group = 0; group < 16; ++group) {
            const float dl = d * float(block.scales[group] & 15);
            const float ml = m * float(block.scales[group] >> 4);
            const uint8_t *q = block.quants + group / 8 * 32 + group % 2 * 16;
            const int shift = int(group % 8 / 2 * 2);
            for (size_t l = 0; l < 16; ++l)
                y[group * 16 + l] = dl * float((q[l] >> shift) & 3) - ml;
        }
    });
}

/// y = (d·(s − 32))·(q − 4·[high bit clear]), q of 2 bits, s of 6 bits per 16 elements
void decodeQ3_K(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ3_K>(in, out, blocks, [](const BlockQ3_K &block, float *y) {
        const float d = halfToFloat(block.scale);
        for (size_t group = 0; group < 16; ++group) {
            const float dl = d * float(scaleQ3(block.scales, group));
            const uint8_t *q = block.quants + group / 8 * 32 + group % 2 * 16;
            const uint8_t *high = block.highMask + group % 2 * 16;
            const int shift = int(group % 8 / 2 * 2);
            const int highShift = int(group / 2);
            for (size_t l = 0; l < 16; ++l) {
                const int offset = (high[l] >> highShift) & 1 ? 0 : 4;
                y[group * 16 + l] = dl * float(((q[l] >> shift) & 3) - offset);
            }
        }
    });
}

/// y = (d·s)·q − (m·t), q of 4 bits, s and t of 6 bits per 32 elements
void decodeQ4_K(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ4_K>(in, out, blocks, [](const BlockQ4_K &block, float *y) {
        const float d = halfToFloat(block.scale);
        const float m = halfToFloat(block.minimum);
        for (size_t group = 0; group < 8; ++group) {
            const SubScale sub = subScale(block.scales, group, d, m);
            const uint8_t *q = block.quants + group / 2 * 32;
            const int shift = int(group % 2 * 4);
            for (size_t l = 0; l < 32; ++l)
                y[group * 32 + l] = sub.d * float((q[l] >> shift) & 15) - sub.m;
        }
    });
}

/// y = (d·s)·q − (m·t), q of 5 bits, s and t of 6 bits per 32 elements
void decodeQ5_K(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ5_K>(in, out, blocks, [](const BlockQ5_K &block, float *y) {
        const float d = halfToFloat(block.scale);
        const float m = halfToFloat(block.minimum);
        for (size_t group = 0; group < 8; ++group) {
            const SubScale sub = subScale(block.scales, group, d, m);
            const uint8_t *q = block.quants + group / 2 * 32;
            const int shift = int(group % 2 * 4);
            for (size_t l = 0; l < 32; ++l) {
                const int high = (block.highBits[l] >> group) & 1;
                y[group * 32 + l] = sub.d * float(((q[l] >> shift) & 15) | high << 4) - sub.m;
            }
        }
    });
}

/// y = (d·s)·(q − 32), q of 6 bits, s of 8 bits per 16 elements
void decodeQ6_K(const std::byte *in, float *out, size_t blocks)
{
    forEachBlock<BlockQ6_K>(in, out, blocks, [](const BlockQ6_K &block, float *y) {
        const float d = halfToFloat(block.scale);
        for (size_t group = 0; group < 16; ++group) {
            const size_t half = group / 8, quarter = group % 8 / 2, side = group % 2 * 16;
            const uint8_t *low = block.lowBits + half * 64 + quarter % 2 * 32 + side;
            const uint8_t *high = block.highBits + half * 32 + side;
            const int lowShift = int(quarter / 2 * 4), highShift = int(quarter * 2);
            const float dl = d * float(block.scales[group]);
            for (size_t l = 0; l < 16; ++l) {
                const int q = ((low[l] >> lowShift) & 15) | ((high[l] >> highShift) & 3) << 4;
                y[group * 16 + l] = dl * float(q - 32);
            }
        }
    });
}

} // namespace lathe::codecs
