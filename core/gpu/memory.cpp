// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/gpu/device_state.h"

namespace lathe::gpu {

std::string_view poolName(Pool pool)
{
    constexpr std::string_view kNames[kPoolCount] = {"weights", "arena", "state", "staging", "readback"};
    return kNames[size_t(pool)];
}

Buffer::State::~State()
{
    if (device && range.block)
        device->allocator->release(range);
}

uint64_t Buffer::bytes() const
{
    return m_state ? m_state->bytes : 0;
}

Pool Buffer::pool() const
{
    return m_state ? m_state->range.block->pool : Pool::Arena;
}

std::string_view Buffer::label() const
{
    return m_state ? std::string_view(m_state->label) : std::string_view();
}

BufferView Buffer::view() const
{
    return {*this, 0, bytes()};
}

BufferView Buffer::view(uint64_t offset, uint64_t bytes) const
{
    return {*this, offset, bytes};
}

Result<ResolvedView> resolve(const Device::State &device, const BufferView &view)
{
    const Buffer::State *state = view.buffer.state();
    if (!state)
        return fail(Errc::BadInput, "buffer", "is empty");
    if (state->device.get() != &device)
        return fail(Errc::BadInput, state->label, "lies on another device");
    if (view.bytes == 0 || !(Checked(view.offset) + view.bytes).fits(state->bytes))
        return fail(Errc::BadInput, state->label,
                    "bytes " + std::to_string(view.offset) + " + " + std::to_string(view.bytes) +
                        " leave a buffer of " + std::to_string(state->bytes));
    return ResolvedView{state->range.block->buffer, state->range.offset + view.offset, view.bytes,
                        state->range.block};
}

std::byte *hostPointerOf(const Device::State &device, const BufferView &view)
{
    const auto resolved = resolve(device, view);
    if (!resolved || !resolved->block->mapped)
        return nullptr;
    const Pool pool = resolved->block->pool;
    const bool hostPool = pool == Pool::Staging || pool == Pool::Readback;
    return hostPool || device.options.hostVisible ? resolved->block->mapped + resolved->offset : nullptr;
}

} // namespace lathe::gpu
