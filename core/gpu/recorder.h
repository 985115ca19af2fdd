// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gpu/kernel.h"
#include "core/gpu/memory.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace lathe::gpu {

class Device;

/// The software driver silently ends an invocation after 65,535 loop iterations (Mesa 22.3.6), so estimates
/// stop at half of it.
inline constexpr uint64_t kMaxLoopIterations = 32768;

/// One run of a kernel. All spans are copied by Recorder::dispatch.
struct Dispatch {
    const Kernel *kernel = nullptr;
    std::span<const BufferView> bindings; ///< as many as kernel->bindings(); an unused one may be empty
    std::span<const std::byte> push;      ///< kernel->pushBytes() bytes
    uint32_t groups[3] = {1, 1, 1};       ///< any 0: nothing is recorded
    uint64_t flops = 0;                   ///< estimate of the whole dispatch; segments are cut by it
    uint64_t loopIterations = 0; ///< estimate per invocation, over all its loops; at most kMaxLoopIterations
    std::string_view label;      ///< "layer 3: attention", named when the device fails
    BufferView
        indirect; ///< when set: three uint32 from here are the groups, read on the device; `groups` is unused
};

/// Command buffers made once and submitted as often as wanted; a shared handle. Holds its buffers. One thread
/// at a time submits a recording (Device::submit takes care of it).
class Recording
{
public:
    Recording() = default;
    explicit operator bool() const { return m_state != nullptr; }

    uint32_t dispatchCount() const; ///< dispatch commands, the parts of a split dispatch counted
    uint32_t barrierCount() const;  ///< barriers that the hazard tracker asked for
    uint32_t segmentCount() const;

    struct State;
    explicit Recording(std::shared_ptr<State> state) : m_state(std::move(state)) {}
    State *state() const { return m_state.get(); }

private:
    std::shared_ptr<State> m_state;
};

/// Collects commands in order. Barriers come from a hazard tracker over buffer ranges (read after write,
/// write after read, write after write) and the reflected accesses; independent commands get none. Commands
/// are cut into segments of about 75 ms by their FLOPs and the device's measured rate; a dispatch that is
/// longer alone is split by workgroups, unless it is indirect or its kernel reads gl_NumWorkGroups. Not
/// thread-safe.
class Recorder
{
public:
    explicit Recorder(Device &device);
    ~Recorder();
    Recorder(Recorder &&) noexcept;
    Recorder &operator=(Recorder &&) noexcept;

    /// Errors (BadInput, naming kernel and label): number of bindings or push bytes differ from the kernel's,
    /// a view leaves its buffer, is misaligned or above Features::maxBindingBytes, too many groups, too many
    /// iterations.
    Result<> dispatch(const Dispatch &dispatch);
    /// Equal sizes; ranges that do not overlap.
    Result<> copy(const BufferView &from, const BufferView &to);
    /// Repeats `word`; offset and bytes are multiples of 4.
    Result<> fill(const BufferView &view, uint32_t word);
    uint32_t dispatchCount() const;

    /// The recorder is empty afterwards.
    Result<Recording> finish();

    struct State;

private:
    std::unique_ptr<State> m_state;
};

} // namespace lathe::gpu
