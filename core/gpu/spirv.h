// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gpu/kernel.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace lathe::gpu {

/// What a compute module says about itself (SPIR-V 1.5, sections 2.3 and 3).
struct Reflection {
    std::vector<Access> bindings; ///< of set 0
    uint32_t pushBytes = 0;
    std::array<uint32_t, 3> localSize{1, 1, 1}; ///< with the specialization constants applied
    std::vector<uint32_t> constantIds;          ///< specialization constants that the module has, sorted
    bool usesGroupCount = false;                ///< reads gl_NumWorkGroups, so a dispatch cannot be split
};

/// Errors (BadInput): not SPIR-V, a truncated instruction, a storage buffer outside set 0, an array of
/// buffers.
Result<Reflection> reflect(std::span<const uint32_t> words, std::span<const uint32_t> constants);

} // namespace lathe::gpu
