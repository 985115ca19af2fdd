// SPDX-License-Identifier: GPL-3.0-or-later

/// x rounded to binary16, halves to even, at most its largest number: by bits, because packHalf2x16 may round either way.
float asHalf(float x)
{
    const uint bits = floatBitsToUint(x) & 0x7FFFFFFFu;
    const float size = uintBitsToFloat(bits);
    const float normal = uintBitsToFloat((bits + 0xFFFu + ((bits >> 13) & 1u)) & ~0x1FFFu);
    const float tiny = roundEven(size * 16777216.0) * 5.9604644775390625e-8; // below 2^-14 steps of 2^-24
    const float rounded = min(bits < 0x38800000u ? tiny : normal, 65504.0);
    return x < 0.0 ? -rounded : rounded;
}
