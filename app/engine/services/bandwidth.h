// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/task.h"
#include "core/gpu/device.h"
#include "core/model/device_model.h"

namespace lathe {

/// Bytes per second that a device's memory moves: copies between two buffers of up to 128 MiB, read and
/// written bytes both counted, the best of some submissions. Takes that memory for as long as it measures.
Result<double> copyBandwidth(gpu::Device &device, const TaskContext &task);

/// Bytes per second that `threads` threads (0: one per processor) read from 256 MiB, the best of some times.
Result<double> readBandwidth(unsigned threads, const TaskContext &task);

/// Bytes that the model's weights and cache give for one token behind `depth` others: every matrix once (of
/// an embedding that is not the output head too, one row, which is left out) and the keys and values before
/// it.
uint64_t bytesPerToken(const DeviceModel &model, DType cacheType, double depth);

} // namespace lathe
