// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/model/config_gguf.h"
#include "core/model/model_sources.h"
#include "core/text/tokenizer_gguf.h"

#include <algorithm>

namespace lathe {

namespace {

using Json = nlohmann::ordered_json;

Json scalarJson(const GgufValue &value)
{
    if (const auto text = value.asString())
        return toValidUtf8(text->substr(0, kShownBytes));
    if (const auto flag = value.asBool())
        return *flag;
    if (const auto number = value.asU64())
        return *number;
    if (const auto number = value.asI64())
        return *number;
    if (const auto number = value.asF32())
        return *number;
    return nullptr;
}

Json arrayJson(const GgufValue &value)
{
    Json list = Json::array();
    const size_t shown = std::min<size_t>(kShownElements, value.count());
    if (const auto strings = value.asStrings()) {
        for (size_t i = 0; i < shown; ++i)
            list.push_back(toValidUtf8((*strings)[i].substr(0, kShownBytes)));
    } else if (const auto integers = value.asIntegers()) {
        list = std::vector<int64_t>(integers->begin(), integers->begin() + ptrdiff_t(shown));
    } else if (const auto floats = value.asFloats()) {
        list = std::vector<float>(floats->begin(), floats->begin() + ptrdiff_t(shown));
    }
    return list;
}

class GgufSource final : public ModelSource
{
public:
    explicit GgufSource(GgufFile file) : m_file(std::move(file)) {}

    const GgufFile *gguf() const override { return &m_file; }
    std::vector<std::span<const std::byte>> files() const override { return m_file.parts(); }

    std::vector<ModelTensor> tensors() const override
    {
        std::vector<ModelTensor> list;
        for (const GgufTensor &tensor : m_file.tensors())
            list.push_back({toValidUtf8(tensor.name),
                            std::string(dtypeInfo(tensor.type).name),
                            {tensor.shape.rbegin(), tensor.shape.rend()},
                            tensor.data});
        return list;
    }

    std::vector<ModelSetting> settings() const override
    {
        std::vector<ModelSetting> list;
        for (const auto &[key, value] : m_file.metadata()) {
            std::string type(ggufTypeName(value.elementType()));
            if (value.isArray())
                type += "[" + std::to_string(value.count()) + "]";
            list.push_back(
                {toValidUtf8(key), std::move(type), value.isArray() ? arrayJson(value) : scalarJson(value)});
        }
        return list;
    }

    Result<std::string> name() const override
    {
        LATHE_ASSIGN(const std::string_view name, m_file.getString("general.name", ""));
        return std::string(name);
    }
    bool hasConfig() const override { return !m_file.tensors().empty(); }
    bool hasWeights() const override { return hasConfig(); }

    Result<ModelParts> read() const override
    {
        LATHE_ASSIGN(GgufModel model, readGgufModel(m_file));
        return ModelParts{std::move(model.config), std::move(model.weights)};
    }

    Result<Tokenizer> tokenizer() const override { return tokenizerFromGguf(m_file); }

    Result<std::string> chatTemplate() const override
    {
        LATHE_ASSIGN(const std::string_view source, m_file.getString("tokenizer.chat_template", ""));
        if (source.empty())
            return fail(Errc::NotFound, m_file.name(), "has no chat template", "give one with --template");
        return std::string(source);
    }

    /// As llama.cpp's converter takes them from generation_config.json (gguf-py constants.py,
    /// Keys.General.SAMPLING_*).
    Result<GenerationConfig> generation() const override
    {
        const std::pair<const char *, std::optional<double> GenerationConfig::*> numbers[] = {
            {"general.sampling.temp", &GenerationConfig::temperature},
            {"general.sampling.top_p", &GenerationConfig::topP},
            {"general.sampling.min_p", &GenerationConfig::minP},
            {"general.sampling.penalty_repeat", &GenerationConfig::repetitionPenalty}};
        GenerationConfig out;
        for (const auto &[key, member] : numbers) {
            if (!m_file.find(key))
                continue;
            LATHE_ASSIGN(const float value, m_file.getF32(key));
            out.*member = value;
        }
        if (m_file.find("general.sampling.top_k")) {
            LATHE_ASSIGN(const uint64_t topK, m_file.getU64("general.sampling.top_k"));
            out.topK = uint32_t(std::min<uint64_t>(topK, UINT32_MAX));
        }
        return out;
    }

private:
    GgufFile m_file;
};

} // namespace

std::unique_ptr<ModelSource> ggufSource(GgufFile file)
{
    return std::make_unique<GgufSource>(std::move(file));
}

} // namespace lathe
