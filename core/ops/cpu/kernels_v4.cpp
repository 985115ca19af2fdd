// SPDX-License-Identifier: GPL-3.0-or-later
#define LATHE_KERNELS kCpuKernels_v4
#define LATHE_KERNELS_NAME "x86-64-v4"
#include "core/ops/cpu/kernels.inl"
