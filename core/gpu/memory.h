// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace lathe::gpu {

/// What memory is for decides where it lies.
enum class Pool {
    Weights,  ///< device-local, written once
    Arena,    ///< device-local: activations and gradients
    State,    ///< device-local: KV cache, optimizer state
    Staging,  ///< host-visible and coherent: transfers and the small parameter buffers that shaders read
    Readback, ///< host-visible, coherent, cached where there is: results for the host
};
inline constexpr size_t kPoolCount = 5;
/// "weights", "arena", "state", "staging", "readback".
std::string_view poolName(Pool pool);

/// Every Buffer begins at a multiple of it, so that a view of a whole Buffer may be bound on every device.
inline constexpr uint64_t kBufferAlignment = 256;

struct BufferView;

/// A shared handle of a range of device memory; the range is given back with the last handle. Recordings hold
/// the buffers they use. Contents are undefined at first. A handle may outlive its Device.
class Buffer
{
public:
    Buffer() = default;

    explicit operator bool() const { return m_state != nullptr; }
    uint64_t bytes() const; ///< as asked for
    Pool pool() const;
    std::string_view label() const;

    BufferView view() const;
    /// `offset` and `bytes` are the caller's promise to lie inside; uploads and dispatches check it.
    BufferView view(uint64_t offset, uint64_t bytes) const;

    bool operator==(const Buffer &) const = default;

    struct State;
    explicit Buffer(std::shared_ptr<State> state) : m_state(std::move(state)) {}
    const State *state() const { return m_state.get(); }

private:
    std::shared_ptr<State> m_state;
};

struct BufferView {
    Buffer buffer;
    uint64_t offset = 0; ///< from the beginning of the buffer
    uint64_t bytes = 0;
};

/// What the allocator holds of one device, in bytes.
struct MemoryStats {
    std::array<uint64_t, kPoolCount> inUse{}; ///< living buffers, by Pool
    uint64_t total = 0;                       ///< sum of inUse
    uint64_t peak = 0;                        ///< highest total since opening or resetPeak
    uint64_t blocks = 0;                      ///< taken from the driver, the gaps in blocks included
    uint64_t budget = 0;                      ///< what may be taken in all
};

} // namespace lathe::gpu
