// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/model/config_hf.h"
#include "core/model/model_sources.h"
#include "core/model/weights_hf.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>
#include <set>

namespace lathe {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

ModelTensor plain(const SafetensorsTensor &tensor)
{
    return {tensor.name, tensor.dtype, tensor.shape, tensor.data};
}

/// The tensors of a folder, those that hold one quantized weight together as that weight. What cannot be read
/// so stays as it is: reading the model says why.
class FolderTensors
{
public:
    explicit FolderTensors(const HfFolder &folder)
        : m_folder(folder),
          m_parts([&folder](std::string_view name) { return folder.find(name); }, folder.path().string())
    {
        if (const auto config = settingsOf(folder))
            m_config = *config;
    }

    std::vector<ModelTensor> list()
    {
        std::vector<ModelTensor> all;
        for (const SafetensorsFile &file : m_folder.files()) {
            for (const SafetensorsTensor &tensor : file.tensors())
                all.push_back(quantized(tensor).value_or(plain(tensor)));
        }
        std::erase_if(
            all, [&](const ModelTensor &tensor) { return !tensor.loader && m_used.contains(tensor.name); });
        return all;
    }

private:
    static std::optional<QuantizationConfig> settingsOf(const HfFolder &folder)
    {
        const auto config = readHfQuantization(folder.config(), folder.configName());
        return config ? *config : std::nullopt;
    }

    std::optional<ModelTensor> quantized(const SafetensorsTensor &tensor)
    {
        static constexpr std::string_view kPacked = "_packed";
        std::string name = tensor.name;
        if (name.ends_with(kPacked))
            name.resize(name.size() - kPacked.size());
        if (!m_config)
            return std::nullopt;
        const auto matrix = QuantizedMatrix::read(m_parts, *m_config, name);
        if (!matrix || !*matrix)
            return std::nullopt;
        for (std::string &part : quantizedPartNames(name))
            m_used.insert(std::move(part));
        const QuantizedMatrix &found = **matrix;
        std::vector<QuantizedLoader::Rows> rows{{*matrix, 0, found.rows()}};
        return ModelTensor{name,
                           found.typeName(),
                           {found.rows(), found.cols()},
                           {},
                           std::make_shared<QuantizedLoader>(std::move(rows)),
                           found.type(),
                           found.bytes()};
    }

    const HfFolder &m_folder;
    QuantizedParts m_parts;
    std::optional<QuantizationConfig> m_config;
    std::set<std::string> m_used;
};

Json shown(const nlohmann::json &value)
{
    if (value.is_string())
        return toValidUtf8(value.get_ref<const std::string &>().substr(0, kShownBytes));
    if (!value.is_structured())
        return Json(value);
    const std::string text = value.dump();
    return text.size() <= kShownBytes ? Json(value) : Json(toValidUtf8(text.substr(0, kShownBytes)) + "…");
}

void addSettings(const nlohmann::json &object, std::string_view prefix, std::vector<ModelSetting> &list)
{
    if (!object.is_object())
        return;
    for (const auto &[key, value] : object.items())
        list.push_back({std::string(prefix) + key, value.type_name(), shown(value)});
}

/// A Hugging Face folder.
class FolderSource final : public ModelSource
{
public:
    explicit FolderSource(HfFolder folder) : m_folder(std::move(folder)) {}

    const HfFolder *folder() const override { return &m_folder; }
    std::vector<std::span<const std::byte>> files() const override
    {
        std::vector<std::span<const std::byte>> list;
        for (const SafetensorsFile &file : m_folder.files())
            list.push_back(file.bytes());
        return list;
    }

    std::vector<ModelTensor> tensors() const override { return FolderTensors(m_folder).list(); }

    std::vector<ModelSetting> settings() const override
    {
        std::vector<ModelSetting> list;
        addSettings(m_folder.config(), "", list);
        addSettings(m_folder.generationConfig(), "generation.", list);
        return list;
    }

    Result<std::string> name() const override { return folderName(m_folder.path()); }
    bool hasConfig() const override { return true; }
    bool hasWeights() const override { return !m_folder.files().empty(); }

    Result<ModelParts> read() const override
    {
        LATHE_ASSIGN(HfConfig config, readHfConfig(m_folder.config(), m_folder.configName()));
        WeightTable weights;
        if (hasWeights()) {
            LATHE_ASSIGN(weights, hfWeights(m_folder, config));
        } else {
            weights = plannedHfWeights(config);
        }
        return ModelParts{std::move(config.config), std::move(weights)};
    }

    Result<Tokenizer> tokenizer() const override { return tokenizerFromFolder(m_folder.path()); }

    Result<std::string> chatTemplate() const override
    {
        LATHE_ASSIGN(const auto found, chatTemplateFromFolder(m_folder.path()));
        if (found)
            return found->source;
        return fail(Errc::NotFound, m_folder.path().string(), "has no chat template",
                    "give one with --template");
    }

    Result<GenerationConfig> generation() const override
    {
        if (m_folder.generationConfig().is_null())
            return GenerationConfig();
        return readGenerationConfig(m_folder.generationConfig(),
                                    (m_folder.path() / "generation_config.json").string());
    }

private:
    static std::string folderName(const fs::path &path)
    {
        std::error_code ignored;
        const fs::path full = fs::weakly_canonical(path, ignored);
        return toValidUtf8((full.empty() ? path : full).filename().string());
    }

    HfFolder m_folder;
};

/// A safetensors file alone: tensors and nothing that says what they are for.
class SafetensorsSource final : public ModelSource
{
public:
    explicit SafetensorsSource(SafetensorsFile file) : m_file(std::move(file)) {}

    std::vector<std::span<const std::byte>> files() const override { return {m_file.bytes()}; }

    std::vector<ModelTensor> tensors() const override
    {
        std::vector<ModelTensor> list;
        std::ranges::transform(m_file.tensors(), std::back_inserter(list), plain);
        return list;
    }

    std::vector<ModelSetting> settings() const override
    {
        std::vector<ModelSetting> list;
        for (const auto &[key, value] : m_file.metadata())
            list.push_back({key, "string", toValidUtf8(value.substr(0, kShownBytes))});
        return list;
    }

    Result<std::string> name() const override { return std::string(); }
    bool hasConfig() const override { return false; }
    bool hasWeights() const override { return true; }
    Result<ModelParts> read() const override { return noConfig(); }
    Result<Tokenizer> tokenizer() const override { return noConfig(); }
    Result<std::string> chatTemplate() const override { return noConfig(); }

private:
    tl::unexpected<Error> noConfig() const
    {
        return fail(Errc::NotFound, m_file.name(), "is a file of tensors without a model's settings",
                    "give the folder with its config.json");
    }

    SafetensorsFile m_file;
};

} // namespace

std::unique_ptr<ModelSource> folderSource(HfFolder folder)
{
    return std::make_unique<FolderSource>(std::move(folder));
}

std::unique_ptr<ModelSource> safetensorsSource(SafetensorsFile file)
{
    return std::make_unique<SafetensorsSource>(std::move(file));
}

} // namespace lathe
