// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace lathe {

/// What opening a path means, and the path that stands for the whole.
struct Identified {
    enum class Kind { Model, Adapter };
    Kind kind = Kind::Model;
    std::filesystem::path path;
};

/// A folder with adapter_config.json and no config.json, and a GGUF file that says so, are adapters. A file
/// of a Hugging Face folder stands for the folder, a part of a split GGUF file for the first part. Everything
/// else, readable or not, is taken for a model: opening it says what is wrong with it.
Identified identify(const std::filesystem::path &path);

/// The name people know an adapter by: its folder, or its file without ".gguf".
std::string adapterName(const std::filesystem::path &path);

} // namespace lathe
