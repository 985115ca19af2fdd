// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace lathe {

/// The levels of x86-64 that hot loops are compiled for; other processors have Base only.
enum class CpuLevel : uint8_t {
    Base,
    V3, ///< AVX2, FMA, BMI, F16C
    V4, ///< AVX-512 F, BW, CD, DQ, VL
};

/// The highest level that this processor and system run, of those that were built.
CpuLevel cpuLevel();

} // namespace lathe
