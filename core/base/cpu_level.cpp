// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/cpu_level.h"

namespace lathe {

CpuLevel cpuLevel()
{
#ifdef LATHE_CPU_LEVELS
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2"); // F16C is older than AVX2; clang 14 cannot ask
    if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return CpuLevel::V4;
    if (v3)
        return CpuLevel::V3;
#endif
    return CpuLevel::Base;
}

} // namespace lathe
