// SPDX-License-Identifier: GPL-3.0-or-later
// The formats with blocks of 32. Element j and element j + 16 share byte j of `quants`: low and high nibble.
// Included by codecs.inl.
namespace {

struct LATHE_BLOCK BlockQ4_0 {
    uint16_t scale; // half
    uint8_t quants[16];
};
struct LATHE_BLOCK BlockQ4_1 {
    uint16_t scale, minimum; // halves
    uint8_t quants[16];
};
struct LATHE_BLOCK BlockQ5_0 {
    uint16_t scale;
    uint32_t highBits; // bit j: fifth bit of element j
    uint8_t quants[16];
};
struct LATHE_BLOCK BlockQ5_1 {
    uint16_t scale, minimum;
    uint32_t highBits;
    uint8_t quants[16];
};
struct LATHE_BLOCK BlockQ8_0 {
    uint16_t scale;
    uint8_t quants[32]; // signed
};

static_assert(sizeof(BlockQ4_0) == 18 && sizeof(BlockQ4_1) == 20 && sizeof(BlockQ5_0) == 22);
static_assert(sizeof(BlockQ5_1) == 24 && sizeof(BlockQ8_0) == 34);

/// y = (q − 8)·d
void decodeQ4_0(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ4_0 *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32) {
        const float d = scaleValue(block->scale);
        const Bytes quants = loadBytes(block->quants);
        storeScaled(out, widen(quants & 15) - 8, d);
        storeScaled(out + 16, widen(quants >> 4) - 8, d);
    }
}

/// y = q·d + m
void decodeQ4_1(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ4_1 *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32) {
        const float d = scaleValue(block->scale), m = scaleValue(block->minimum);
        const Bytes quants = loadBytes(block->quants);
        storeScaled(out, widen(quants & 15), d, m);
        storeScaled(out + 16, widen(quants >> 4), d, m);
    }
}

/// y = (q − 16)·d
void decodeQ5_0(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ5_0 *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32) {
        const float d = scaleValue(block->scale);
        const Bytes quants = loadBytes(block->quants);
        storeScaled(out, (widen(quants & 15) | spreadBits(block->highBits, 0, 16)) - 16, d);
        storeScaled(out + 16, (widen(quants >> 4) | spreadBits(block->highBits, 16, 16)) - 16, d);
    }
}

/// y = q·d + m
void decodeQ5_1(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ5_1 *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32) {
        const float d = scaleValue(block->scale), m = scaleValue(block->minimum);
        const Bytes quants = loadBytes(block->quants);
        storeScaled(out, widen(quants & 15) | spreadBits(block->highBits, 0, 16), d, m);
        storeScaled(out + 16, widen(quants >> 4) | spreadBits(block->highBits, 16, 16), d, m);
    }
}

/// y = q·d
void decodeQ8_0(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockQ8_0 *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32) {
        const float d = scaleValue(block->scale);
        storeScaled(out, widen((SignedBytes)loadBytes(block->quants)), d);
        storeScaled(out + 16, widen((SignedBytes)loadBytes(block->quants + 16)), d);
    }
}

} // namespace
