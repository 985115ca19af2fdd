// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/task.h"
#include "core/gpu/device.h"
#include "core/ops/vulkan_call.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lathe {

/// What the self-test found on one device with one driver.
struct SelfTestReport {
    struct Failure {
        std::string op;
        std::string kernel; ///< the module that gave wrong numbers
        std::string testCase;
        double nmse = 0; ///< infinity: not finite, or the dispatch failed
        double bound = 0;
        std::string instead; ///< the module that passed in its place; empty: none
    };
    std::string device; ///< "NVIDIA GeForce RTX 3060"
    std::string driver;
    std::string date; ///< ISO 8601
    double seconds = 0;
    uint32_t passed = 0;
    std::vector<Failure> failures;
    DisabledKernels disabled; ///< to be left out from now on

    /// Whether every op has a kernel that passed.
    bool usable() const;
};

/// Runs the self-test rows of the op table on the device against the reference, on a GPU in each math tier. A
/// kernel that fails is switched off and the case is run again, which takes the next variant. Progress
/// "Testing kernels" in cases.
Result<SelfTestReport> runSelfTest(gpu::Device &device, const TaskContext &task);

/// The report kept for this device, driver and build of the kernels, if there is one.
std::optional<SelfTestReport> loadSelfTest(const gpu::Device &device, const std::filesystem::path &folder);
Result<> saveSelfTest(const gpu::Device &device, const std::filesystem::path &folder,
                      const SelfTestReport &report);

} // namespace lathe
