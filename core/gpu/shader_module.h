// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lathe::gpu {

/// One SPIR-V module as the build made it: "rms_norm", "linear.Q4_1". Both views live as long as the program.
struct ShaderModule {
    std::string_view name;
    std::span<const uint32_t> words;
};

/// Every module of shaders/CMakeLists.txt, sorted by name.
std::span<const ShaderModule> shaderModules();

} // namespace lathe::gpu
