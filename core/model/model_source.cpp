// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_source.h"

#include "core/base/checked.h"
#include "core/model/model_sources.h"

namespace lathe {

namespace fs = std::filesystem;

namespace {

bool isFolder(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

/// Whether a file is one of those that stand for the folder they lie in.
bool standsForFolder(const fs::path &path)
{
    const std::string name = path.filename().string();
    return name == "config.json" || name == "model.safetensors.index.json" ||
           path.extension() == ".safetensors";
}

HfFolder::Weights weightsFor(ModelNeed need)
{
    return need == ModelNeed::Everything   ? HfFolder::Weights::Required
           : need == ModelNeed::Vocabulary ? HfFolder::Weights::Ignored
                                           : HfFolder::Weights::Optional;
}

Result<std::unique_ptr<ModelSource>> openFolder(const fs::path &path, HfFolder::Weights weights)
{
    LATHE_ASSIGN(HfFolder folder, HfFolder::open(path, weights));
    return folderSource(std::move(folder));
}

} // namespace

uint64_t ModelTensor::elements() const
{
    Checked product = 1;
    for (const uint64_t extent : shape)
        product = product * extent;
    return product.value().value_or(0); // the formats' readers checked it
}

Result<std::unique_ptr<ModelSource>> openModelSource(const fs::path &path, ModelNeed need)
{
    if (isFolder(path))
        return openFolder(path, weightsFor(need));
    if (isPickleName(path.filename().string()))
        return refusePickle(path);
    if (standsForFolder(path)) {
        std::error_code error;
        if (!fs::exists(path, error))
            return fail(Errc::NotFound, path.string(), "is not there", "choose another file");
        if (need == ModelNeed::Description && path.extension() == ".safetensors") {
            LATHE_ASSIGN(SafetensorsFile file, SafetensorsFile::open(path));
            return safetensorsSource(std::move(file));
        }
        const bool alone = need == ModelNeed::Description && path.filename() == "config.json";
        const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
        return openFolder(folder, alone ? HfFolder::Weights::Ignored : weightsFor(need));
    }
    LATHE_ASSIGN(GgufFile file, GgufFile::open(path));
    return ggufSource(std::move(file));
}

Result<std::unique_ptr<ModelSource>> parseModelSource(std::span<const std::byte> bytes, std::string name)
{
    LATHE_ASSIGN(GgufFile file, GgufFile::parse(bytes, std::move(name)));
    return ggufSource(std::move(file));
}

} // namespace lathe
