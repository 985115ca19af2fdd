// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/formats/safetensors.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lathe {

/// A folder as Hugging Face's transformers writes it (https://huggingface.co/docs/transformers,
/// save_pretrained): config.json, and the weights in model.safetensors or in the shards of
/// model.safetensors.index.json. All files are mapped read-only. Checked when opened: JSON within limits; the
/// index names files of this folder only, and index and shards name the same tensors. What a setting means is
/// not checked. Symbolic links are followed, as in the cache of Hugging Face's hub.
class HfFolder
{
public:
    enum class Weights {
        Required,
        Optional, ///< a folder with config.json and no weights will do
        Ignored,  ///< config.json alone is looked at
    };

    /// Errors: no config.json; weights that are missing or broken; weights as pickles only, which are refused
    /// because reading one may run code that it holds.
    static Result<HfFolder> open(const std::filesystem::path &folder, Weights weights);

    const std::filesystem::path &path() const { return m_path; }
    std::string configName() const { return (m_path / "config.json").string(); }
    /// config.json, an object.
    const nlohmann::json &config() const { return m_config; }
    /// generation_config.json; null if there is none.
    const nlohmann::json &generationConfig() const { return m_generation; }

    /// The safetensors files in the order of their names; empty without weights.
    const std::vector<SafetensorsFile> &files() const { return m_files; }
    /// Null if no file has it.
    const SafetensorsTensor *find(std::string_view name) const;

private:
    explicit HfFolder(std::filesystem::path path) : m_path(std::move(path)) {}

    Result<> openWeights(Weights need);
    Result<> openShards(const std::filesystem::path &index);
    Result<> addFile(const std::filesystem::path &path);

    std::filesystem::path m_path;
    nlohmann::json m_config;
    nlohmann::json m_generation;
    std::vector<SafetensorsFile> m_files;
    std::unordered_map<std::string_view, const SafetensorsTensor *> m_tensors; // views of the files' names
};

/// Whether `name` is that of a file with weights that Python's pickle wrote: .bin, .pt, .pth, .ckpt, .pkl.
bool isPickleName(std::string_view name);
/// The error that refuses such a file or folder.
tl::unexpected<Error> refusePickle(const std::filesystem::path &path);

} // namespace lathe
