// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

/// Sixteen elements at a time, in as many vectors as the instruction set needs: what the decoders are written
/// with. For the files that are compiled once per CPU level only, hence the unnamed namespace: a function
/// that the linker could share between files would carry one level's instructions into another's.
namespace {

#define LATHE_INLINE inline __attribute__((always_inline))

/// A block's layout in a file, read in place at any address.
#define LATHE_BLOCK __attribute__((packed, may_alias))

#if defined(__AVX512F__)
constexpr size_t kWidth = 16;
#elif defined(__AVX2__)
constexpr size_t kWidth = 8;
#else
constexpr size_t kWidth = 4;
#endif
constexpr size_t kParts = 16 / kWidth;

typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef int8_t SignedBytes __attribute__((vector_size(16)));
typedef float FloatPart __attribute__((vector_size(kWidth * 4)));
typedef int32_t IntPart __attribute__((vector_size(kWidth * 4)));

LATHE_INLINE Bytes loadBytes(const uint8_t *from)
{
    Bytes bytes;
    __builtin_memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

/// (b >> shift) & mask of each byte, shift + bits of mask ≤ 8: by 16-bit shifts, which x86 has for any count.
LATHE_INLINE Bytes bitsAt(Bytes bytes, int shift, uint8_t mask)
{
    typedef uint16_t Words __attribute__((vector_size(16)));
    return (Bytes)((Words)bytes >> shift) & mask;
}

struct Ints {
    IntPart part[kParts];

    LATHE_INLINE Ints operator-(int32_t b) const
    {
        Ints result;
        for (size_t p = 0; p < kParts; ++p)
            result.part[p] = part[p] - b;
        return result;
    }
    LATHE_INLINE Ints operator|(const Ints &b) const
    {
        Ints result;
        for (size_t p = 0; p < kParts; ++p)
            result.part[p] = part[p] | b.part[p];
        return result;
    }
};

#if defined(__AVX512F__) // GCC 12 takes __builtin_convertvector apart, and warns of the unmasked form (PR
                         // 105593)
LATHE_INLINE Ints widen(Bytes bytes)
{
    return {{(IntPart)_mm512_maskz_cvtepu8_epi32(0xFFFF, (__m128i)bytes)}};
}
LATHE_INLINE Ints widen(SignedBytes bytes)
{
    return {{(IntPart)_mm512_maskz_cvtepi8_epi32(0xFFFF, (__m128i)bytes)}};
}
#elif defined(__AVX2__)
LATHE_INLINE Ints widen(Bytes bytes)
{
    const __m128i all = (__m128i)bytes;
    return {{(IntPart)_mm256_cvtepu8_epi32(all), (IntPart)_mm256_cvtepu8_epi32(_mm_srli_si128(all, 8))}};
}
LATHE_INLINE Ints widen(SignedBytes bytes)
{
    const __m128i all = (__m128i)bytes;
    return {{(IntPart)_mm256_cvtepi8_epi32(all), (IntPart)_mm256_cvtepi8_epi32(_mm_srli_si128(all, 8))}};
}
#else
template <class From> LATHE_INLINE Ints widen(From bytes)
{
    Ints result;
    for (size_t p = 0; p < kParts; ++p)
        for (size_t i = 0; i < kWidth; ++i)
            result.part[p][i] = bytes[p * kWidth + i];
    return result;
}
#endif

/// out[i] = table[index[i]], indices below 16.
LATHE_INLINE SignedBytes lookUp(const int8_t *table, Bytes index)
{
    SignedBytes levels;
    __builtin_memcpy(&levels, table, sizeof levels);
#if defined(__AVX2__)
    return (SignedBytes)_mm_shuffle_epi8((__m128i)levels, (__m128i)index);
#else
    SignedBytes result;
    for (size_t i = 0; i < 16; ++i)
        result[i] = levels[index[i]];
    return result;
#endif
}

/// Element i: bit first + i of `bits`, times `weight` (a power of two).
LATHE_INLINE Ints spreadBits(uint32_t bits, uint32_t first, int32_t weight)
{
    Ints result;
    for (size_t p = 0; p < kParts; ++p) {
        IntPart mask;
        for (size_t i = 0; i < kWidth; ++i)
            mask[i] = int32_t(1u << (p * kWidth + i));
        const IntPart all = IntPart{} + int32_t(bits >> first);
        result.part[p] = ((all & mask) != 0) & weight;
    }
    return result;
}

/// out[i] = q[i] · d (+ m): each product and sum rounded.
LATHE_INLINE void storeScaled(float *out, const Ints &q, float d)
{
    for (size_t p = 0; p < kParts; ++p) {
        const FloatPart y = __builtin_convertvector(q.part[p], FloatPart) * d;
        __builtin_memcpy(out + p * kWidth, &y, sizeof y);
    }
}
LATHE_INLINE void storeScaled(float *out, const Ints &q, float d, float m)
{
    for (size_t p = 0; p < kParts; ++p) {
        const FloatPart y = __builtin_convertvector(q.part[p], FloatPart) * d + m;
        __builtin_memcpy(out + p * kWidth, &y, sizeof y);
    }
}

/// out[i] = table[index[i]] · d, indices below 16.
LATHE_INLINE void storeLookedUp(float *out, const float *table, Bytes index, float d)
{
#if defined(__AVX512F__)
    const __m512 values =
        _mm512_maskz_permutexvar_ps(0xFFFF, (__m512i)widen(index).part[0], _mm512_loadu_ps(table));
    const FloatPart y = (FloatPart)values * d;
    __builtin_memcpy(out, &y, sizeof y);
#elif defined(__AVX2__)
    const __m256 low = _mm256_loadu_ps(table), high = _mm256_loadu_ps(table + 8);
    const Ints indices = widen(index);
    for (size_t p = 0; p < kParts; ++p) {
        const __m256i at = (__m256i)indices.part[p];
        const __m256 upper = _mm256_castsi256_ps(_mm256_slli_epi32(at, 28)); // the sign: index above 7
        const FloatPart y = (FloatPart)_mm256_blendv_ps(_mm256_permutevar8x32_ps(low, at),
                                                        _mm256_permutevar8x32_ps(high, at), upper) *
                            d;
        __builtin_memcpy(out + p * kWidth, &y, sizeof y);
    }
#else
    for (size_t i = 0; i < 16; ++i)
        out[i] = table[index[i]] * d;
#endif
}

/// IEEE 754 binary16 bits → float, by masks and not branches, so that loops over it are vectorised.
LATHE_INLINE float halfValue(uint16_t bits)
{
    constexpr uint32_t kRebias = 112u << 23;
    const uint32_t sign = uint32_t(bits & 0x8000u) << 16;
    const uint32_t shifted = uint32_t(bits & 0x7FFFu) << 13;
    const float subnormal = float(int32_t(bits & 0x3FFu)) * 0x1p-24f; // exact
    const uint32_t isSubnormal = 0u - uint32_t(shifted < 1u << 23);
    const uint32_t isInfinite = 0u - uint32_t(shifted >= 31u << 23); // or NaN
    const uint32_t magnitude = (__builtin_bit_cast(uint32_t, subnormal) & isSubnormal) |
                               ((shifted + kRebias + (kRebias & isInfinite)) & ~isSubnormal);
    return __builtin_bit_cast(float, sign | magnitude);
}

/// As halfValue, of a block's scale or minimum: where it is a NaN, its payload may change.
LATHE_INLINE float scaleValue(uint16_t bits)
{
#if defined(__F16C__)
    return _cvtsh_ss(bits);
#else
    return halfValue(bits);
#endif
}

} // namespace
