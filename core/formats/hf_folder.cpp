// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/hf_folder.h"

#include "core/base/json.h"
#include "core/formats/printable.h"

#include <algorithm>
#include <array>
#include <map>

namespace lathe {

namespace fs = std::filesystem;

namespace {

constexpr JsonLimits kIndexLimits{size_t(64) << 20, 1'000'000, 8};
constexpr size_t kMaxFileNameBytes = 255;
constexpr size_t kMaxShards = 10'000;

bool isFile(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

/// The first file of a folder, by name, that `wanted` likes.
template <class Wanted> std::optional<fs::path> firstFile(const fs::path &folder, Wanted wanted)
{
    std::error_code error;
    std::optional<fs::path> first;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (wanted(it->path().filename().string()) && (!first || it->path() < *first))
            first = it->path();
    }
    return first;
}

bool isShardName(std::string_view name)
{
    const auto odd = [](char c) { return c == '/' || c == '\\' || uint8_t(c) < 0x20 || c == 0x7F; };
    return name.size() <= kMaxFileNameBytes && name.ends_with(".safetensors") && !name.starts_with('.') &&
           std::none_of(name.begin(), name.end(), odd);
}

/// Which tensors the index says each file has.
Result<std::map<std::string, std::vector<std::string>>> readIndex(const fs::path &path)
{
    LATHE_ASSIGN(const nlohmann::json document, readJson(path, kIndexLimits));
    const JsonObject index(document, path.string());
    LATHE_ASSIGN(const auto map, index.object("weight_map"));
    if (!map || map->value().empty())
        return index.bad("weight_map", "is missing or empty");
    std::map<std::string, std::vector<std::string>> shards;
    for (const auto &[tensor, file] : map->value().items()) {
        if (!file.is_string())
            return index.bad("weight_map", "gives no file for \"" + printable(tensor) + '"');
        const auto &name = file.get_ref<const std::string &>();
        if (!isShardName(name))
            return index.bad("weight_map", "names \"" + printable(name) +
                                               "\", which is no safetensors file of this folder");
        shards[name].push_back(tensor);
    }
    if (shards.size() > kMaxShards)
        return index.bad("weight_map", "names more than " + std::to_string(kMaxShards) + " files");
    return shards;
}

} // namespace

bool isPickleName(std::string_view name)
{
    constexpr std::array<std::string_view, 5> kEnds{".bin", ".pt", ".pth", ".ckpt", ".pkl"};
    return std::any_of(kEnds.begin(), kEnds.end(), [&](std::string_view end) { return name.ends_with(end); });
}

tl::unexpected<Error> refusePickle(const fs::path &path)
{
    return fail(
        Errc::Unsupported, path.string(),
        "unsupported: weights as a Python pickle, because reading one may run code that it holds",
        "convert to safetensors: load and save_pretrained() it with transformers where you trust it, or "
        "get a copy of the model with .safetensors files");
}

Result<HfFolder> HfFolder::open(const fs::path &folder, Weights weights)
{
    HfFolder out(folder);
    const fs::path config = folder / "config.json";
    if (!isFile(config)) {
        if (isFile(folder / "adapter_config.json"))
            return fail(Errc::BadInput, folder.string(), "is an adapter, not a model",
                        "give its base model, and this folder with --adapter");
        const auto gguf = firstFile(folder, [](const std::string &name) { return name.ends_with(".gguf"); });
        return fail(Errc::NotFound, folder.string(), "has no config.json",
                    gguf ? "give one of its GGUF files, such as " + gguf->filename().string()
                         : "give a folder with config.json and safetensors files, or a GGUF file");
    }
    LATHE_ASSIGN(out.m_config, readJson(config));
    if (!out.m_config.is_object())
        return fail(Errc::BadInput, config.string(), "is no JSON object", "get the file again");
    if (const fs::path generation = folder / "generation_config.json"; isFile(generation)) {
        LATHE_ASSIGN(out.m_generation, readJson(generation));
    }
    if (weights != Weights::Ignored)
        LATHE_TRY(out.openWeights(weights));
    return out;
}

Result<> HfFolder::openWeights(Weights need)
{
    const fs::path index = m_path / "model.safetensors.index.json";
    if (isFile(m_path / "model.safetensors"))
        return addFile(m_path / "model.safetensors");
    if (isFile(index))
        return openShards(index);
    if (const auto pickle = firstFile(m_path, isPickleName))
        return refusePickle(*pickle);
    const auto other =
        firstFile(m_path, [](const std::string &name) { return name.ends_with(".safetensors"); });
    if (other)
        return fail(Errc::NotFound, m_path.string(),
                    "has " + printable(other->filename().string()) +
                        ", but neither model.safetensors nor model.safetensors.index.json",
                    "get the missing file too");
    if (need == Weights::Required)
        return fail(Errc::NotFound, m_path.string(), "has a config.json and no weights",
                    "get model.safetensors too");
    return {};
}

Result<> HfFolder::openShards(const fs::path &index)
{
    LATHE_ASSIGN(const auto shards, readIndex(index));
    m_files.reserve(shards.size());
    size_t listed = 0;
    for (const auto &[name, tensors] : shards) {
        if (!isFile(m_path / name))
            return fail(Errc::NotFound, (m_path / name).string(),
                        "is not there, " + index.filename().string() + " names it",
                        "get the missing file too");
        LATHE_TRY(addFile(m_path / name));
        const SafetensorsFile &file = m_files.back();
        for (const std::string &tensor : tensors) {
            if (!file.find(tensor))
                return fail(Errc::BadInput, file.name(),
                            "has no tensor \"" + printable(tensor) + "\", the index says that it is there",
                            "get the folder again");
        }
        listed += tensors.size();
        if (file.tensors().size() != tensors.size())
            return fail(Errc::BadInput, file.name(),
                        "has " + std::to_string(file.tensors().size()) + " tensors, the index names " +
                            std::to_string(tensors.size()) + " of them",
                        "get the folder again");
    }
    if (m_tensors.size() != listed)
        return fail(Errc::BadInput, index.string(), "a tensor lies in two files", "get the folder again");
    return {};
}

Result<> HfFolder::addFile(const fs::path &path)
{
    LATHE_ASSIGN(SafetensorsFile file, SafetensorsFile::open(path));
    m_files.push_back(std::move(file));
    for (const SafetensorsTensor &tensor : m_files.back().tensors())
        m_tensors.emplace(tensor.name, &tensor);
    return {};
}

const SafetensorsTensor *HfFolder::find(std::string_view name) const
{
    const auto at = m_tensors.find(name);
    return at == m_tensors.end() ? nullptr : at->second;
}

} // namespace lathe
