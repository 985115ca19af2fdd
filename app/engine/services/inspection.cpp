// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/inspection.h"

#include "app/engine/services/model_service.h"
#include "core/base/bytes.h"

namespace lathe {

using Json = nlohmann::ordered_json;

namespace {

constexpr double kFitsShare = 0.85;
/// Longer arrays and strings are cut: the window shows a line per key.
constexpr size_t kShownElements = 16;
constexpr size_t kShownBytes = 4096;

Result<Inspection> openFile(const std::string &path)
{
    auto whole = ModelFile::open(path);
    if (whole)
        return Inspection{std::move(*whole), false, {}, std::nullopt};
    auto vocabulary = ModelFile::open(path, ModelFile::Need::Vocabulary);
    if (!vocabulary || !(*vocabulary)->gguf().tensors().empty())
        return tl::unexpected(whole.error());
    return Inspection{std::move(*vocabulary), true, {}, std::nullopt};
}

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

} // namespace

std::string Inspection::Memory::fits() const
{
    const uint64_t total = estimate.total();
    if (double(total) <= kFitsShare * double(freeBytes))
        return "fits";
    return total <= freeBytes ? "tight" : "tooBig";
}

Result<Inspection> inspectModel(Devices &devices, const InspectRequest &request, const TaskContext &task)
{
    LATHE_ASSIGN(Inspection out, openFile(request.path));
    if (request.hash) {
        LATHE_ASSIGN(const Sha256 hash, out.file->sha256(task));
        out.sha256 = toHex(hash);
    }
    if (out.vocabularyOnly)
        return out;
    LATHE_ASSIGN(const uint32_t context, chooseContext(out.file->config(), request.context));
    LATHE_ASSIGN(const auto backend, devices.forEstimates(request.device));
    const BackendMemory memory = backend->memory();
    uint64_t used = 0;
    for (const Devices::Usage &usage : devices.usage())
        used += usage.id == backend->id() ? usage.memory.total() : 0;
    Inspection::Memory estimate{std::string(backend->id()), context, request.cacheType};
    estimate.estimate = estimateMemory(*out.file, *backend, {request.cacheType, 1, context});
    estimate.budgetBytes = memory.budget;
    estimate.freeBytes = memory.budget > used ? memory.budget - used : 0;
    estimate.cacheBytesPerTokenF32 = estimateMemory(*out.file, *backend, {DType::F32, 1, 1}).cache;
    out.memory = estimate;
    return out;
}

Json tensorsJson(const GgufFile &file)
{
    Json list = Json::array();
    for (const GgufTensor &tensor : file.tensors())
        list.push_back({{"name", toValidUtf8(tensor.name)},
                        {"type", dtypeInfo(tensor.type).name},
                        {"shape", std::vector<uint64_t>(tensor.shape.rbegin(), tensor.shape.rend())},
                        {"bytes", tensor.data.size()}});
    return list;
}

Json metadataJson(const GgufFile &file)
{
    Json list = Json::array();
    for (const auto &[key, value] : file.metadata()) {
        std::string type(ggufTypeName(value.elementType()));
        if (value.isArray())
            type += "[" + std::to_string(value.count()) + "]";
        list.push_back({{"key", toValidUtf8(key)},
                        {"type", std::move(type)},
                        {"value", value.isArray() ? arrayJson(value) : scalarJson(value)}});
    }
    return list;
}

Json configJson(const ModelConfig &config)
{
    Json heads = nullptr, kvHeads = nullptr, feedForward = nullptr;
    if (!config.layers.empty()) {
        heads = config.layers.front().heads;
        kvHeads = config.layers.front().kvHeads;
        feedForward = config.layers.front().feedForward;
    }
    return {{"layers", config.layers.size()},
            {"hidden", config.hidden},
            {"ffn", feedForward},
            {"heads", heads},
            {"kvHeads", kvHeads},
            {"headSize", config.headDim},
            {"ropeBase", config.rope.base},
            {"normEps", config.normEps},
            {"tiedEmbeddings", config.tied}};
}

Json tokenizerJson(const ModelFile &file)
{
    const auto &tokenizer = file.tokenizer();
    if (!tokenizer)
        return {{"kind", nullptr}, {"pre", nullptr}, {"vocabulary", nullptr},
                {"bos", nullptr},  {"eos", nullptr}, {"error", toValidUtf8(tokenizer.error().message())}};
    const auto id = [](std::optional<uint32_t> value) { return value ? Json(*value) : Json(); };
    return {{"kind", (*tokenizer)->modelName()},  {"pre", (*tokenizer)->preTokenizerName()},
            {"vocabulary", (*tokenizer)->size()}, {"bos", id((*tokenizer)->bos())},
            {"eos", id((*tokenizer)->eos())},     {"error", nullptr}};
}

Json templateJson(const ModelFile &file)
{
    const auto &chatTemplate = file.chatTemplate();
    const bool present = chatTemplate || chatTemplate.error().code != Errc::NotFound;
    return {{"present", present},
            {"error", chatTemplate ? Json() : Json(toValidUtf8(chatTemplate.error().message()))}};
}

} // namespace lathe
