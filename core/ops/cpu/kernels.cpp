// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ops/cpu/kernels.h"

namespace lathe {

extern const CpuKernels kernels_base;
#ifdef LATHE_CPU_LEVELS
extern const CpuKernels kernels_v3;
extern const CpuKernels kernels_v4;
#endif

const CpuKernels &cpuKernels([[maybe_unused]] CpuLevel level)
{
#ifdef LATHE_CPU_LEVELS
    if (level == CpuLevel::V4)
        return kernels_v4;
    if (level == CpuLevel::V3)
        return kernels_v3;
#endif
    return kernels_base;
}

const CpuKernels &cpuKernels()
{
    static const CpuKernels &best = cpuKernels(cpuLevel());
    return best;
}

} // namespace lathe
