// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/base/task.h"
#include "core/gpu/instance.h"
#include "core/gpu/kernel.h"
#include "core/gpu/memory.h"
#include "core/gpu/recorder.h"
#include "core/gpu/shader_module.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace lathe::gpu {

/// An opened device with one queue. All calls are thread-safe; calls that run commands wait for each other
/// and return when the device is done. Buffers, recordings and the device share what they need, so any order
/// of destruction is right; kernels die with the last of them.
class Device
{
public:
    struct Options {
        bool fp16 = true; ///< the three tiers that tests force off
        bool integerDot = true;
        bool subgroups = true;
        uint64_t maxBindingBytes = 0; ///< lowers the device's limit; 0: the device's
        uint64_t maxBlockBytes = uint64_t(256) << 20;
        uint64_t budgetBytes = 0; ///< lowers what may be allocated; 0: what the device reports
        bool hostVisible =
            true; ///< false: transfers take the staging ring even where the host could write directly
        std::string
            breakKernel;    ///< debug: dispatches of this module ("linear" or "linear.Q4_1") are left out
        bool asGpu = false; ///< debug: a software driver gets the kernels of a GPU
        int64_t dropBarrier = -1;   ///< debug: the n-th barrier of each recording is left out
        int64_t loseAtSegment = -1; ///< debug: the n-th segment that is submitted reports a lost device
        std::filesystem::path cacheFolder; ///< for the pipeline cache file; empty: none. Made when missing.
        std::span<const ShaderModule> extraModules; ///< known beside shaderModules(); tests bring theirs
    };

    /// Errors: no such index (NotFound), the driver refuses (Device).
    static Result<std::shared_ptr<Device>> open(std::shared_ptr<Instance> instance, uint32_t index,
                                                Options options, Log *log = nullptr);
    /// Saves the pipeline cache.
    ~Device();

    const DeviceInfo &info() const;
    const Features &features() const; ///< after Options
    DeviceClass deviceClass() const;

    /// Suballocated from blocks of at most maxBlockBytes (halved when the driver refuses one); a larger
    /// buffer gets a block of its own. 0 bytes is BadInput; above the budget or the driver's memory is
    /// OutOfMemory with the bytes needed and free.
    Result<Buffer> allocate(Pool pool, uint64_t bytes, std::string_view label);
    MemoryStats memory() const;
    void resetPeak();
    /// Bytes that the staging ring takes of memory(), or will take at the first transfer that needs it; 0 where
    /// the host reads and writes device memory itself.
    uint64_t transferBytes() const;

    /// Compiled at the first call, then the same pointer; key: module, constants, subgroup size.
    /// Errors: unknown module (NotFound), what it needs is not there (Unsupported), the driver fails
    /// (Device).
    Result<const Kernel *> kernel(const KernelSpec &spec);

    /// Through host-visible memory or a staging ring; done on return. The sizes must be equal.
    Result<> upload(const BufferView &to, std::span<const std::byte> bytes);
    Result<> download(const BufferView &from, std::span<std::byte> bytes);
    /// Where the host may write and read the view while no submission runs; null unless the memory is
    /// host-visible and coherent, which Staging and Readback always are.
    std::byte *hostPointer(const BufferView &view) const;

    /// Runs all segments; blocks until done. Between segments the cancel token is looked at (Cancelled:
    /// buffers hold what the segments before wrote). A lost device is Errc::Device naming the labels of the
    /// segment that ran, and every later submission and transfer fails the same way: open a new one.
    Result<> submit(const Recording &recording, const TaskContext *task = nullptr);

    /// Since opening.
    struct Counters {
        uint64_t dispatchesRecorded = 0;
        uint64_t barriersRecorded = 0;
        uint64_t kernelsCompiled = 0;
        uint64_t segmentsSubmitted = 0;
    };
    Counters counters() const;

    /// Writes the pipeline cache file now (atomically), if kernels were compiled since it was read.
    Result<> savePipelineCache();

    struct State;
    explicit Device(std::shared_ptr<State> state);
    const std::shared_ptr<State> &state() const { return m_state; }

private:
    std::shared_ptr<State> m_state;
};

} // namespace lathe::gpu
