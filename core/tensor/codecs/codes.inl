// SPDX-License-Identifier: GPL-3.0-or-later
// What quantized folders hold, in blocks of ours (core/model/quantized_matrix.h repacks them). Nibbles lie as
// in Q4_0: of each 32 elements i and i + 16 share byte i, low and high. Included by codecs.inl.
namespace {

/// The values of bitsandbytes' codes (get_4bit_type).
constexpr float kNf4[16] = {-1.0f,
                            -0.6961928009986877f,
                            -0.5250730514526367f,
                            -0.39491748809814453f,
                            -0.28444138169288635f,
                            -0.18477343022823334f,
                            -0.09105003625154495f,
                            0.0f,
                            0.07958029955625534f,
                            0.16093020141124725f,
                            0.24611230194568634f,
                            0.33791524171829224f,
                            0.44070982933044434f,
                            0.5626170039176941f,
                            0.7229568362236023f,
                            1.0f};
constexpr float kFp4[16] = {0.0f, 0.0625f / 12,  8.0f / 12,  1.0f,  4.0f / 12,  0.5f,  2.0f / 12,  0.25f,
                            0.0f, -0.0625f / 12, -8.0f / 12, -1.0f, -4.0f / 12, -0.5f, -2.0f / 12, -0.25f};

struct LATHE_BLOCK BlockLevels {
    float scale;
    uint8_t quants[32];
};
struct LATHE_BLOCK BlockSplitLevels {
    float scales[2];
    uint32_t boundary; // its low 6 bits: elements below it have the first scale
    uint8_t quants[16];
};
struct LATHE_BLOCK BlockAffine4 {
    float scale;
    uint8_t quants[16];
};
struct LATHE_BLOCK BlockAffine4Zero {
    float scale;
    uint8_t quants[16];
    uint8_t zero; // its low 4 bits
};
struct LATHE_BLOCK BlockAffine8 {
    float scale;
    uint8_t quants[64]; // signed
};
struct LATHE_BLOCK BlockAffine8Zero {
    float scale;
    uint8_t quants[32]; // signed
    int8_t zero;
};
static_assert(sizeof(BlockLevels) == 36 && sizeof(BlockSplitLevels) == 28 && sizeof(BlockAffine4) == 20);
static_assert(sizeof(BlockAffine4Zero) == 21 && sizeof(BlockAffine8) == 68 && sizeof(BlockAffine8Zero) == 37);

LATHE_INLINE void storeLevels(const float *table, const uint8_t *quants, float d, float *out)
{
    const Bytes bytes = loadBytes(quants);
    storeLookedUp(out, table, bytes & 15, d);
    storeLookedUp(out + 16, table, bytes >> 4, d);
}

/// y = level[q]·d, blocks of 64
LATHE_INLINE void decodeBlocks(const float *table, const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockLevels *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 64) {
        storeLevels(table, block->quants, block->scale, out);
        storeLevels(table, block->quants + 16, block->scale, out + 32);
    }
}

/// y_i = level[q]·(i < boundary ? d_0 : d_1), blocks of 32: where two blocks of the folder meet in a row.
LATHE_INLINE void decodeSplitBlocks(const float *table, const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockSplitLevels *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32) {
        storeLevels(table, block->quants, 1, out);
        const float first = block->scales[0], second = block->scales[1];
        const uint32_t boundary = block->boundary & 63;
        for (uint32_t i = 0; i < 32; ++i)
            out[i] *= i < boundary ? first : second;
    }
}

void decodeNF4(const std::byte *in, float *out, size_t blocks)
{
    decodeBlocks(kNf4, in, out, blocks);
}
void decodeNF4_SPLIT(const std::byte *in, float *out, size_t blocks)
{
    decodeSplitBlocks(kNf4, in, out, blocks);
}
void decodeFP4(const std::byte *in, float *out, size_t blocks)
{
    decodeBlocks(kFp4, in, out, blocks);
}
void decodeFP4_SPLIT(const std::byte *in, float *out, size_t blocks)
{
    decodeSplitBlocks(kFp4, in, out, blocks);
}

/// y = (q − z)·d of 32 elements
LATHE_INLINE void storeAffine4(const uint8_t *quants, int zero, float d, float *out)
{
    const Bytes bytes = loadBytes(quants);
    storeScaled(out, widen(bytes & 15) - zero, d);
    storeScaled(out + 16, widen(bytes >> 4) - zero, d);
}

/// y = (q − 8)·d
void decodeAFFINE4(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockAffine4 *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32)
        storeAffine4(block->quants, 8, block->scale, out);
}

/// y = (q − z)·d
void decodeAFFINE4_ZERO(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockAffine4Zero *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block, out += 32)
        storeAffine4(block->quants, block->zero & 15, block->scale, out);
}

/// y = q·d
void decodeAFFINE8(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockAffine8 *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block)
        for (size_t i = 0; i < 64; i += 16, out += 16)
            storeScaled(out, widen((SignedBytes)loadBytes(block->quants + i)), block->scale);
}

/// y = (q − z)·d
void decodeAFFINE8_ZERO(const std::byte *in, float *out, size_t blocks)
{
    const auto *block = reinterpret_cast<const BlockAffine8Zero *>(in);
    for (size_t b = 0; b < blocks; ++b, ++block)
        for (size_t i = 0; i < 32; i += 16, out += 16)
            storeScaled(out, widen((SignedBytes)loadBytes(block->quants + i)) - block->zero, block->scale);
}

} // namespace
