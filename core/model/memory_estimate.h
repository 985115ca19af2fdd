// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/adapter.h"
#include "core/model/device_model.h"

#include <memory>
#include <span>

namespace lathe {

/// Bytes that loading and running a model will take on one device.
struct MemoryEstimate {
    uint64_t weights = 0; ///< and of the adapters
    uint64_t cache = 0;
    uint64_t scratch = 0; ///< arena of the programs that a chat uses, transfer buffers

    uint64_t total() const { return weights + cache + scratch; }
};
MemoryEstimate estimateMemory(const ModelFile &file, const Backend &backend, const CacheShape &cache,
                              std::span<const std::shared_ptr<const Adapter>> adapters = {});

/// Whether the whole cache fits into what is free now on the devices of the model's parts: looked at before
/// the first of its tensors is made. Errors: OutOfMemory with both figures.
Result<> checkCacheFits(const DeviceModel &model, const CacheShape &cache);

/// min(2,048, the model's trained context): the context where the user gave none.
uint32_t defaultContext(const ModelConfig &config);

} // namespace lathe
