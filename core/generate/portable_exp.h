// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace lathe {

/// e^x for x ≤ 0 from IEEE additions and multiplications only (a libm differs between machines), within 2
/// ulp; 0 at and below −708. Inline and without branches, so that loops over a vocabulary are vectorised.
inline double portableExp(double x)
{
    // x = k ln 2 + r with |r| ≤ ln 2 / 2. Adding 1.5 · 2^52 rounds to the nearest integer and leaves it in
    // the low bits.
    constexpr double kRound = 6755399441055744.0;
    const double inside = x > -708.0 ? x : -708.0;
    const double rounded = inside * 1.4426950408889634 + kRound;
    const double k = rounded - kRound;
    const double r = (inside - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
    // Taylor series to r^13/13!; the first term left out is below 5e-18.
    double sum = 1.0 / 6227020800.0;
    sum = sum * r + 1.0 / 479001600.0;
    sum = sum * r + 1.0 / 39916800.0;
    sum = sum * r + 1.0 / 3628800.0;
    sum = sum * r + 1.0 / 362880.0;
    sum = sum * r + 1.0 / 40320.0;
    sum = sum * r + 1.0 / 5040.0;
    sum = sum * r + 1.0 / 720.0;
    sum = sum * r + 1.0 / 120.0;
    sum = sum * r + 1.0 / 24.0;
    sum = sum * r + 1.0 / 6.0;
    sum = sum * r + 0.5;
    sum = sum * r + 1.0;
    sum = sum * r + 1.0;
    const uint64_t exponent = std::bit_cast<uint64_t>(rounded) - std::bit_cast<uint64_t>(kRound) + 1023;
    const double scaled = sum * std::bit_cast<double>(exponent << 52);
    return x > -708.0 ? scaled : 0.0;
}

} // namespace lathe
