// SPDX-License-Identifier: GPL-3.0-or-later
#define LATHE_KERNELS kCpuKernels_base
#define LATHE_KERNELS_NAME "baseline"
#include "core/ops/cpu/kernels.inl"
