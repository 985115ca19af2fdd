// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/kernels.h"

namespace lathe {

extern const CpuKernels kCpuKernels_base;
#ifdef LATHE_CPU_VARIANTS
extern const CpuKernels kCpuKernels_v3;
extern const CpuKernels kCpuKernels_v4;
#endif

const CpuKernels &cpuKernels()
{
#ifdef LATHE_CPU_VARIANTS
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return kCpuKernels_v4;
    if (v3)
        return kCpuKernels_v3;
#endif
    return kCpuKernels_base;
}

} // namespace lathe
