// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace lathe::gpu {

/// What a kernel does with one of its bindings, from `readonly` and `writeonly` in its source.
enum class Access : uint8_t { None, Read, Write, ReadWrite };

/// A compiled kernel is a module with specialization constants.
struct KernelSpec {
    std::string_view module;           ///< a name in shaderModules() or Device::Options::extraModules
    std::vector<uint32_t> constants;   ///< constant_id i has the value constants[i]; floats by bits
    uint32_t requiredSubgroupSize = 0; ///< 0: the driver's choice
};

/// Made by Device::kernel, owned by the device, immutable. Everything is reflected from the SPIR-V.
class Kernel
{
public:
    std::string_view name() const; ///< the module
    /// One per binding 0…n−1 of set 0; None: a number that the kernel does not use.
    std::span<const Access> bindings() const;
    uint32_t pushBytes() const; ///< size of the push constant block; 0: none
    std::array<uint32_t, 3> localSize() const;

    struct State;
    explicit Kernel(std::unique_ptr<State> state);
    ~Kernel();
    const State &state() const { return *m_state; }

private:
    std::unique_ptr<State> m_state;
};

} // namespace lathe::gpu
