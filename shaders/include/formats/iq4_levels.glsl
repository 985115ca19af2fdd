// SPDX-License-Identifier: GPL-3.0-or-later
// The 16 levels of IQ4_NL and IQ4_XS: −127 −104 −83 −65 −49 −35 −22 −10 1 13 25 38 53 69 89 113. Four to a
// word as signed bytes and chosen by masks, because software drivers read an array in private memory ten
// times slower.

vec4 fmtLevel(uvec4 q)
{
    const uvec4 odd = uvec4(0u) - ((q >> 2) & 1u); // all ones: the second four of the lower or upper eight
    const uvec4 lower = (0xBFAD9881u & ~odd) | (0xF6EADDCFu & odd);
    const uvec4 upper = (0x26190D01u & ~odd) | (0x71594535u & odd);
    const uvec4 four = mix(lower, upper, greaterThan(q, uvec4(7u)));
    return vec4(ivec4(four << (24u - 8u * (q & 3u))) >> 24);
}

/// The levels of the low nibbles of the four bytes of each word, and of the high nibbles.
void fmtLevels(uvec4 w, out vec4 low[4], out vec4 high[4])
{
    for (uint j = 0u; j < 4u; ++j) {
        low[j] = fmtLevel((w >> (8u * j)) & 15u);
        high[j] = fmtLevel((w >> (8u * j + 4u)) & 15u);
    }
}
