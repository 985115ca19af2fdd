// SPDX-License-Identifier: GPL-3.0-or-later
// What the format includes share: taking words of four rows apart.

/// The low halves of the words.
vec4 fmtLowHalf(uvec4 w)
{
    return vec4(unpackHalf2x16(w.x).x, unpackHalf2x16(w.y).x, unpackHalf2x16(w.z).x, unpackHalf2x16(w.w).x);
}

/// The low halves and the high halves.
void fmtHalfPair(uvec4 w, out vec4 low, out vec4 high)
{
    const vec2 r0 = unpackHalf2x16(w.x), r1 = unpackHalf2x16(w.y);
    const vec2 r2 = unpackHalf2x16(w.z), r3 = unpackHalf2x16(w.w);
    low = vec4(r0.x, r1.x, r2.x, r3.x);
    high = vec4(r0.y, r1.y, r2.y, r3.y);
}

/// The four bytes of each word, unsigned.
void fmtBytes(uvec4 w, out vec4 v[4])
{
    v[0] = vec4(w & 255u);
    v[1] = vec4((w >> 8) & 255u);
    v[2] = vec4((w >> 16) & 255u);
    v[3] = vec4(w >> 24);
}

/// The same, signed.
void fmtSignedBytes(uvec4 w, out vec4 v[4])
{
    const ivec4 q = ivec4(w);
    v[0] = vec4((q << 24) >> 24);
    v[1] = vec4((q << 16) >> 24);
    v[2] = vec4((q << 8) >> 24);
    v[3] = vec4(q >> 24);
}

/// The low `bits` bits of the four bytes of each word, less 2^(bits − 1).
void fmtCentered(uvec4 w, int bits, out vec4 v[4])
{
    // With the top bit flipped the field is the difference in two's complement.
    const ivec4 flipped = ivec4(w ^ (0x01010101u << (bits - 1)));
    const int right = 32 - bits;
    v[0] = vec4((flipped << right) >> right);
    v[1] = vec4((flipped << (right - 8)) >> right);
    v[2] = vec4((flipped << (right - 16)) >> right);
    v[3] = vec4((flipped << (right - 24)) >> right);
}

/// The low nibbles of the four bytes, and the high nibbles.
void fmtNibbles(uvec4 w, out vec4 low[4], out vec4 high[4])
{
    low[0] = vec4(w & 15u);
    high[0] = vec4((w >> 4) & 15u);
    low[1] = vec4((w >> 8) & 15u);
    high[1] = vec4((w >> 12) & 15u);
    low[2] = vec4((w >> 16) & 15u);
    high[2] = vec4((w >> 20) & 15u);
    low[3] = vec4((w >> 24) & 15u);
    high[3] = vec4(w >> 28);
}

/// Bits 0…3 of each word, one to a byte: bit j becomes bit 8 j.
uvec4 fmtSpread(uvec4 bits)
{
    return ((bits & 15u) * 0x00204081u) & 0x01010101u;
}

/// The same nibbles, not shifted down: low[j] · FMT_NIBBLES_A[j] and high[j] · FMT_NIBBLES_B[j] are the values, exactly.
#define FMT_NIBBLES_A vec4(1.0, 0.00390625, 1.52587890625e-5, 5.9604644775390625e-8)
#define FMT_NIBBLES_B vec4(0.0625, 2.44140625e-4, 9.5367431640625e-7, 1.0)
void fmtNibblesInPlace(uvec4 w, out vec4 low[4], out vec4 high[4])
{
    low[0] = vec4(ivec4(w & 0xFu));
    high[0] = vec4(ivec4(w & 0xF0u));
    low[1] = vec4(ivec4(w & 0xF00u));
    high[1] = vec4(ivec4(w & 0xF000u));
    low[2] = vec4(ivec4(w & 0xF0000u));
    high[2] = vec4(ivec4(w & 0xF00000u));
    low[3] = vec4(ivec4(w & 0xF000000u));
    high[3] = vec4(ivec4(w >> 28));
}
