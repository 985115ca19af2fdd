// SPDX-License-Identifier: GPL-3.0-or-later
// The two formats with 4-bit indices into one fixed table of unevenly spaced levels. Included by codecs.inl.
namespace {

constexpr int8_t kLevels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

struct LATHE_BLOCK BlockIQ4_NL {
    uint16_t scale; // half
    uint8_t quants[16];
};
struct LATHE_BLOCK BlockIQ4_XS {
    uint16_t scale;
    uint16_t scalesHigh;  // two high bits of each of 8 scales
    uint8_t scalesLow[4]; // four low bits of each
    uint8_t quants[128];
};
static_assert(sizeof(BlockIQ4_NL) == 18 && sizeof(BlockIQ4_XS) == 136);

LATHE_INLINE void decodeLevels(const uint8_t *quants, float d, float *out)
{
    const Bytes bytes = loadBytes(quants);
    storeScaled(out, widen(lookUp(kLevels, bytes & 15)), d);
    storeScaled(out + 16, widen(lookUp(kLevels, bytes >> 4)), d);
}

/// y = d·level[q], blocks of 32
void decodeIQ4_NL(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockIQ4_NL *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32)
        decodeLevels(block->quants, scaleValue(block->scale), out);
}

/// y = (d·(s − 32))·level[q], blocks of 256, s of 6 bits per 32 elements
void decodeIQ4_XS(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockIQ4_XS *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block) {
        const float d = scaleValue(block->scale);
        for (size_t group = 0; group < 8; ++group, out += 32) {
            const int low = (block->scalesLow[group / 2] >> (4 * (group % 2))) & 15;
            const int high = (block->scalesHigh >> (2 * group)) & 3;
            decodeLevels(block->quants + group * 16, d * float((low | high << 4) - 32), out);
        }
    }
}

} // namespace
