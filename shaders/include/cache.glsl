// SPDX-License-Identifier: GPL-3.0-or-later
// Key/value cache rows in F32, or with LATHE_CACHE_F16 in halves, two a word. A writer of halves owns whole words, so a row
// must have an even number of columns.
#ifdef LATHE_CACHE_F16
#define CACHE_WORDS(columns) ((columns) / 2u)
#else
#define CACHE_WORDS(columns) (columns)
#endif

/// The half of a float, rounded to nearest even (packHalf2x16 may round otherwise).
uint cacheHalf(float value)
{
    const uint bits = floatBitsToUint(value);
    const uint sign = (bits >> 16) & 0x8000u;
    const uint magnitude = bits & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u)
        return sign | 0x7E00u;
    if (magnitude >= 0x477FF000u)
        return sign | 0x7C00u;
    if (magnitude < 0x38800000u) {
        if (magnitude < 0x33000000u)
            return sign;
        const uint shift = 126u - (magnitude >> 23);
        const uint mantissa = (magnitude & 0x7FFFFFu) | 0x800000u;
        const uint kept = mantissa >> shift;
        const uint rest = mantissa & ((1u << shift) - 1u);
        const uint middle = 1u << (shift - 1u);
        return sign | (kept + ((rest > middle || (rest == middle && (kept & 1u) == 1u)) ? 1u : 0u));
    }
    return sign | ((magnitude - 0x38000000u + 0xFFFu + ((magnitude >> 13) & 1u)) >> 13);
}
