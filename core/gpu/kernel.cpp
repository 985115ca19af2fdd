// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/device_state.h"

namespace lathe::gpu {

Kernel::State::~State()
{
    if (pipeline)
        device->vk.vkDestroyPipeline(device->handle, pipeline, nullptr);
}

Kernel::Kernel(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Kernel::~Kernel() = default;

std::string_view Kernel::name() const
{
    return m_state->name;
}

std::span<const Access> Kernel::bindings() const
{
    return m_state->reflection.bindings;
}

uint32_t Kernel::pushBytes() const
{
    return m_state->reflection.pushBytes;
}

std::array<uint32_t, 3> Kernel::localSize() const
{
    return m_state->reflection.localSize;
}

} // namespace lathe::gpu
