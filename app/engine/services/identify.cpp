// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/identify.h"

#include "core/formats/gguf.h"

namespace lathe {

namespace fs = std::filesystem;

namespace {

using Kind = Identified::Kind;

bool isThere(const fs::path &path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool isFolder(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

bool isAdapterFolder(const fs::path &folder)
{
    return isThere(folder / "adapter_config.json") && !isThere(folder / "config.json");
}

bool isAdapterFile(const fs::path &path)
{
    const auto file = GgufFile::open(path);
    const auto type = file ? file->getString("general.type", "model") : Result<std::string_view>("model");
    return type && *type == "adapter";
}

fs::path firstPart(const fs::path &path)
{
    const auto part = parseGgufPartName(path.filename().string());
    const fs::path first = part ? path.parent_path() / part->of(1) : path;
    return isThere(first) ? first : path;
}

} // namespace

Identified identify(const fs::path &path)
{
    if (isFolder(path))
        return {isAdapterFolder(path) ? Kind::Adapter : Kind::Model, path};
    const std::string name = path.filename().string();
    const fs::path folder = path.parent_path();
    if (path.extension() == ".gguf")
        return isAdapterFile(path) ? Identified{Kind::Adapter, path}
                                   : Identified{Kind::Model, firstPart(path)};
    if (name == "adapter_config.json" || name == "adapter_model.safetensors")
        return {Kind::Adapter, folder};
    const bool partOfFolder =
        name == "config.json" || name == "model.safetensors.index.json" || path.extension() == ".safetensors";
    if (partOfFolder && isThere(folder / "config.json"))
        return {Kind::Model, folder};
    if (partOfFolder && isAdapterFolder(folder))
        return {Kind::Adapter, folder};
    return {Kind::Model, path};
}

std::string adapterName(const fs::path &path)
{
    const fs::path whole = path.has_filename() ? path : path.parent_path(); // "folder/"
    return (whole.extension() == ".gguf" ? whole.stem() : whole.filename()).string();
}

} // namespace lathe
