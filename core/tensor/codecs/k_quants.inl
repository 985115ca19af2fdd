// SPDX-License-Identifier: GPL-3.0-or-later
// The K formats: super-blocks of 256 elements with integer sub-scales under one or two halves.
// Included by codecs.inl.
namespace {

struct LATHE_BLOCK BlockQ2_K {
    uint8_t scales[16]; // per 16 elements: low nibble scale, high nibble minimum
    uint8_t quants[64];
    uint16_t scale, minimum; // halves over `scales`
};
struct LATHE_BLOCK BlockQ3_K {
    uint8_t highMask[32];
    uint8_t quants[64];
    uint8_t scales[12]; // 16 scales of 6 bits
    uint16_t scale;
};
struct LATHE_BLOCK BlockQ4_K {
    uint16_t scale, minimum;
    uint8_t scales[12]; // 8 scales and 8 minima of 6 bits
    uint8_t quants[128];
};
struct LATHE_BLOCK BlockQ5_K {
    uint16_t scale, minimum;
    uint8_t scales[12];
    uint8_t highBits[32];
    uint8_t quants[128];
};
struct LATHE_BLOCK BlockQ6_K {
    uint8_t lowBits[128];
    uint8_t highBits[64];
    int8_t scales[16];
    uint16_t scale;
};

static_assert(sizeof(BlockQ2_K) == 84 && sizeof(BlockQ3_K) == 110 && sizeof(BlockQ4_K) == 144);
static_assert(sizeof(BlockQ5_K) == 176 && sizeof(BlockQ6_K) == 210);

/// Scale i of 16: four low bits in bytes 0…7 (second half in their high nibbles), two high bits in bytes
/// 8…11.
LATHE_INLINE int scaleQ3(const uint8_t *scales, size_t i)
{
    const int low = i < 8 ? scales[i] & 15 : scales[i - 8] >> 4;
    const int high = (scales[8 + i % 4] >> (2 * (i / 4))) & 3;
    return (low | high << 4) - 32;
}

struct SubScale {
    float d, m; // scale and minimum of 32 elements, multiplied out
};

/// Sub-block i of 8 of Q4_K and Q5_K: the last four keep their upper two bits in those of the first four.
LATHE_INLINE SubScale subScale(const uint8_t *scales, size_t i, float d, float m)
{
    if (i < 4)
        return {d * float(scales[i] & 63), m * float(scales[i + 4] & 63)};
    const int scale = (scales[i + 4] & 15) | (scales[i - 4] >> 6) << 4;
    const int minimum = (scales[i + 4] >> 4) | (scales[i] >> 6) << 4;
    return {d * float(scale), m * float(minimum)};
}

/// y = (d·s)·q − (m·t), q of 2 bits, s and t of 4 bits per 16 elements
void decodeQ2_K(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ2_K *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block) {
        const float d = scaleValue(block->scale), m = scaleValue(block->minimum);
        for (size_t group = 0; group < 16; ++group, out += 16) {
            const Bytes quants = loadBytes(block->quants + group / 8 * 32 + group % 2 * 16);
            const uint8_t scale = block->scales[group];
            storeScaled(out, widen(bitsAt(quants, int(group % 8 / 2 * 2), 3)), d * float(scale & 15),
                        -(m * float(scale >> 4)));
        }
    }
}

/// y = (d·(s − 32))·(q − 4·[high bit clear]), q of 2 bits, s of 6 bits per 16 elements
void decodeQ3_K(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ3_K *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block) {
        const float d = scaleValue(block->scale);
        for (size_t group = 0; group < 16; ++group, out += 16) {
            const Bytes quants = loadBytes(block->quants + group / 8 * 32 + group % 2 * 16);
            const Bytes high = loadBytes(block->highMask + group % 2 * 16);
            const Bytes low = bitsAt(quants, int(group % 8 / 2 * 2), 3);
            const Bytes q = low | bitsAt(high, int(group / 2), 1) << 2;
            storeScaled(out, widen(q) - 4, d * float(scaleQ3(block->scales, group)));
        }
    }
}

/// y = (d·s)·q − (m·t), q of 4 bits, s and t of 6 bits per 32 elements
void decodeQ4_K(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ4_K *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block) {
        const float d = scaleValue(block->scale), m = scaleValue(block->minimum);
        for (size_t group = 0; group < 8; ++group)
            for (size_t side = 0; side < 32; side += 16, out += 16) {
                const SubScale sub = subScale(block->scales, group, d, m);
                const Bytes quants = loadBytes(block->quants + group / 2 * 32 + side);
                storeScaled(out, widen(bitsAt(quants, int(group % 2 * 4), 15)), sub.d, -sub.m);
            }
    }
}

/// y = (d·s)·q − (m·t), q of 5 bits, s and t of 6 bits per 32 elements
void decodeQ5_K(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ5_K *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block) {
        const float d = scaleValue(block->scale), m = scaleValue(block->minimum);
        for (size_t group = 0; group < 8; ++group)
            for (size_t side = 0; side < 32; side += 16, out += 16) {
                const SubScale sub = subScale(block->scales, group, d, m);
                const Bytes quants = loadBytes(block->quants + group / 2 * 32 + side);
                const Bytes high = bitsAt(loadBytes(block->highBits + side), int(group), 1);
                const Bytes q = bitsAt(quants, int(group % 2 * 4), 15) | high << 4;
                storeScaled(out, widen(q), sub.d, -sub.m);
            }
    }
}

/// y = (d·s)·(q − 32), q of 6 bits, s of 8 bits per 16 elements
void decodeQ6_K(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ6_K *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block) {
        const float d = scaleValue(block->scale);
        for (size_t group = 0; group < 16; ++group, out += 16) {
            const size_t half = group / 8, quarter = group % 8 / 2, side = group % 2 * 16;
            const Bytes low = loadBytes(block->lowBits + half * 64 + quarter % 2 * 32 + side);
            const Bytes high = loadBytes(block->highBits + half * 32 + side);
            const Bytes q = bitsAt(low, int(quarter / 2 * 4), 15) | bitsAt(high, int(quarter * 2), 3) << 4;
            storeScaled(out, widen(q) - 32, d * float(block->scales[group]));
        }
    }
}

} // namespace
