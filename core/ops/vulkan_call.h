// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gpu/device.h"
#include "core/gpu/recorder.h"
#include "core/ops/op.h"

#include <set>

namespace lathe {

/// Rows row0 … row0 + rows − 1 of a device tensor, in one exact binding of at most maxStorageBufferRange.
struct DeviceSlice {
    gpu::BufferView view;
    uint32_t row0 = 0;
    uint32_t rows = 0;
};

/// A tensor on a device. Plain: row-major F32, I32 or F16, one slice. Packed: a weight matrix in the device
/// layout of core/tensor/device_layout.h.
struct DeviceTensor {
    DType type = DType::F32;
    uint32_t rows = 0;
    uint32_t cols = 0;
    bool packed = false;
    std::vector<DeviceSlice> slices;

    const gpu::BufferView &view() const { return slices.front().view; }
};

/// Kernel variants that the self-test of this device found wrong, by "kernel" or "kernel:case class".
using DisabledKernels = std::set<std::string, std::less<>>;

/// Arithmetic of the matrix kernels; where a tier has no kernel for a type, shape or device, fp32 is taken
/// (core/ops/linear/linear.h).
enum class MathTier : uint8_t { Fp32, Fp16, Dot };

/// One recording of an op. Kernels read the live row count from word `rows` of the step buffer:
/// live = min(out.rows, step[rows]); word RowCount::Fixed holds 0xFFFFFFFF.
struct VulkanCall {
    const ParamBlob &params;
    std::span<const DeviceTensor> in;
    std::span<const DeviceTensor> out;
    RowCount rows = RowCount::Fixed;
    gpu::BufferView step;
    gpu::Device &device;
    gpu::Recorder &recorder;
    const DisabledKernels &disabled;
    MathTier math = MathTier::Fp32;
    std::string_view label;  ///< "layer 17 attention"
    gpu::BufferView scratch; ///< OpDef::scratchBytes at least; the nodes of a program take turns in it
    /// If set: the modules that were recorded are noted here (the self-test names them).
    std::set<std::string> *used = nullptr;
};

} // namespace lathe
