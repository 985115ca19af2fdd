// SPDX-License-Identifier: GPL-3.0-or-later
#define LATHE_KERNELS kCpuKernels_v3
#define LATHE_KERNELS_NAME "x86-64-v3"
#include "core/ops/cpu/kernels.inl"
