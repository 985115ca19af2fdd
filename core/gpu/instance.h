// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lathe::gpu {

enum class DeviceKind { Discrete, Integrated, Virtual, Software, Other };

/// Which defaults (tiles, rows per lane, shared memory or not) the kernels take.
enum class DeviceClass { Software, Gpu };

/// "discrete", "integrated", "virtual", "software", "other".
std::string_view deviceKindName(DeviceKind kind);

/// What a device offers, as facts. Sizes in bytes. Device::Options can switch tiers off, never on.
struct Features {
    bool fp16 = false;       ///< arithmetic on halves
    bool int8 = false;       ///< arithmetic on bytes
    bool integerDot = false; ///< 4×8-bit packed dot product
    bool storage16 = false;  ///< 16-bit members in storage buffers
    bool subgroupArithmetic = false;
    bool subgroupShuffle = false;
    bool subgroupSizeControl = false; ///< KernelSpec::requiredSubgroupSize may be set
    bool timelineSemaphore = false;
    bool memoryBudget = false; ///< the driver reports what is free
    bool hostVisibleDeviceLocal =
        false; ///< device memory as a whole can be written by the host (UMA, resizable BAR)
    uint32_t subgroupSize = 1;
    uint32_t minSubgroup = 1;
    uint32_t maxSubgroup = 1;
    uint32_t maxInvocations = 128; ///< per workgroup
    uint32_t maxSharedBytes = 0;
    uint32_t maxPushBytes = 128;
    uint32_t maxStorageBuffers = 12;   ///< of one kernel
    uint64_t maxBindingBytes = 0;      ///< of one BufferView in a dispatch
    uint64_t maxAllocationBytes = 0;   ///< of one Buffer
    uint32_t offsetAlignment = 256;    ///< BufferView::offset in a dispatch is a multiple of it
    uint32_t maxGroups[3] = {0, 0, 0}; ///< workgroups of one dispatch
};

struct DeviceInfo {
    uint32_t index = 0; ///< N of "vulkan:N"
    std::string name;
    DeviceKind kind = DeviceKind::Other;
    std::string driver;   ///< "llvmpipe, Mesa 22.3.6 (LLVM 15.0.6)"
    std::string cacheKey; ///< device UUID and driver version, fit for a file name
    uint64_t memoryBytes = 0;
    uint64_t budgetBytes = 0; ///< what is free for this process: min(reported, heap), or 80 % of the heap
    Features features;
};

/// The Vulkan loader and its drivers. Thread-safe after creation.
class Instance
{
public:
    struct Options {
        bool validation = false;
        bool synchronizationValidation = false;
        bool gpuAssisted = false;
        /// Warnings and errors of the validation layer; runs on the thread of the call that caused it.
        std::function<void(const std::string &)> onMessage;
    };

    /// Errors: no loader, no driver, no device with Vulkan 1.2, or no validation layer though asked for:
    /// NotFound.
    static Result<std::shared_ptr<Instance>> create(Options options);

    /// In driver order; devices below Vulkan 1.2 are left out.
    std::span<const DeviceInfo> devices() const;
    /// Indexes: discrete, integrated, virtual, other, software; among equals in driver order.
    std::vector<uint32_t> preferredOrder() const;

    struct State;
    State &state() { return *m_state; }

private:
    std::shared_ptr<State> m_state;
};

} // namespace lathe::gpu
