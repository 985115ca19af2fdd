// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/inspection.h"

#include "app/engine/services/model_service.h"
#include "core/base/bytes.h"

namespace lathe {

using Json = nlohmann::ordered_json;

namespace {

constexpr double kFitsShare = 0.85;

Inspection::Memory memoryOn(const ModelFile &file, const Backend &backend, const CacheShape &cache,
                            const std::vector<Devices::Usage> &usage)
{
    const BackendMemory memory = backend.memory();
    uint64_t used = 0;
    for (const Devices::Usage &one : usage)
        used += one.id == backend.id() ? one.memory.total() : 0;
    Inspection::Memory out{std::string(backend.id()), cache.context, cache.type};
    out.estimate = estimateMemory(file, backend, cache);
    out.budgetBytes = memory.budget;
    out.freeBytes = memory.budget > used ? memory.budget - used : 0;
    out.cacheBytesPerTokenF32 = estimateMemory(file, backend, {DType::F32, 1, 1}).cache;
    return out;
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
    Inspection out;
    LATHE_ASSIGN(out.file, ModelFile::open(request.path, ModelFile::Need::Description));
    if (request.hash && out.file->fileBytes() > 0) {
        LATHE_ASSIGN(const Sha256 hash, out.file->sha256(task));
        out.sha256 = toHex(hash);
    }
    if (!out.file->hasConfig())
        return out;
    LATHE_ASSIGN(const uint32_t context, chooseContext(out.file->config(), request.context));
    LATHE_ASSIGN(const auto backend, devices.forEstimates(request.device));
    const CacheShape cache{request.cacheType, 1, context};
    const std::vector<Devices::Usage> usage = devices.usage();
    out.memory = memoryOn(*out.file, *backend, cache, usage);
    if (!request.everyDevice)
        return out;
    for (const DeviceEntry &device : devices.list()) {
        LATHE_TRY(task.checkCancelled());
        if (const auto other = devices.forEstimates(device.id))
            out.everyDevice.push_back(memoryOn(*out.file, **other, cache, usage));
    }
    return out;
}

Json tensorsJson(const ModelFile &file)
{
    Json list = Json::array();
    for (const ModelTensor &tensor : file.tensors())
        list.push_back({{"name", tensor.name},
                        {"type", tensor.type},
                        {"shape", tensor.shape},
                        {"bytes", tensor.bytes()}});
    return list;
}

Json metadataJson(const ModelFile &file)
{
    Json list = Json::array();
    for (const ModelSetting &setting : file.settings())
        list.push_back({{"key", setting.key}, {"type", setting.type}, {"value", setting.value}});
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
