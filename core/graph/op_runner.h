// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gpu/device.h"
#include "core/ops/case_runner.h"
#include "core/ops/vulkan_call.h"

#include <set>
#include <string>

namespace lathe {

/// Runs one test case of an op on a device: uploads the filled inputs (weights in the device layout),
/// records, submits and reads the outputs back into `filled.out`. `used` is filled with the kernel modules
/// that ran. `maxScratchBytes`: less scratch than the op asks for.
Result<> runCaseOnDevice(gpu::Device &device, const OpDef &op, const OpCase &row, FilledCase &filled,
                         const DisabledKernels &disabled, std::set<std::string> &used,
                         MathTier math = MathTier::Fp32, uint64_t maxScratchBytes = UINT64_MAX);

/// The largest NMSE over a case's outputs against the reference, run from the same seed.
Result<double> caseErrorOnDevice(gpu::Device &device, const OpDef &op, const OpCase &row, uint64_t seed,
                                 const DisabledKernels &disabled, std::set<std::string> &used,
                                 MathTier math = MathTier::Fp32);

} // namespace lathe
