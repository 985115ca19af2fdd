// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/model_service.h"

#include "core/base/bytes.h"
#include "core/model/memory_estimate.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace lathe {

namespace {

std::string megabytes(uint64_t bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, bytes >= 1000000000 ? "%.2f GB" : "%.1f MB",
                  double(bytes) / (bytes >= 1000000000 ? 1e9 : 1e6));
    return text;
}

Result<> checkMemory(const ModelFile &file, const Backend &backend, const CacheShape &cache,
                     const Adapters &adapters)
{
    const MemoryEstimate need = estimateMemory(file, backend, cache, adapters);
    const BackendMemory have = backend.memory();
    const uint64_t free = have.budget > have.total() ? have.budget - have.total() : 0;
    if (have.budget == 0 || need.total() <= free)
        return {};
    return fail(Errc::OutOfMemory, std::string(backend.name()),
                file.config().name + " needs " + megabytes(need.total()) + " (weights " +
                    megabytes(need.weights) + ", KV cache " + megabytes(need.cache) + ", scratch " +
                    megabytes(need.scratch) + "), free are " + megabytes(free),
                "take a smaller context, an F16 cache or a smaller model");
}

Result<std::vector<std::shared_ptr<const DeviceAdapter>>>
uploadAdapters(const std::shared_ptr<const DeviceModel> &model, const Adapters &adapters,
               const TaskContext &task)
{
    std::vector<std::shared_ptr<const DeviceAdapter>> uploaded;
    for (const auto &adapter : adapters) {
        LATHE_ASSIGN(auto onDevice, DeviceAdapter::load(model, adapter, task));
        uploaded.push_back(std::move(onDevice));
    }
    return uploaded;
}

} // namespace

Result<DType> parseCacheType(const std::string &name)
{
    for (const DType type : {DType::F32, DType::F16}) {
        if (name == dtypeInfo(type).name)
            return type;
    }
    return fail(Errc::BadInput, "kv", "“" + name + "” is no cache type of this version", "give F32 or F16");
}

Result<uint32_t> chooseContext(const ModelConfig &config, uint32_t wanted)
{
    if (wanted == 0)
        return defaultContext(config);
    if (config.contextTrained > 0 && wanted > config.contextTrained)
        return fail(Errc::BadInput, "context",
                    std::to_string(wanted) + " tokens are more than the model's " +
                        std::to_string(config.contextTrained),
                    "give at most " + std::to_string(config.contextTrained));
    return wanted;
}

Result<AdapterRequest> parseAdapter(std::string_view text)
{
    AdapterRequest request{std::string(text), 1};
    const size_t colon = text.rfind(':');
    if (colon != text.npos) {
        const std::string_view number = text.substr(colon + 1);
        const auto [end, error] = std::from_chars(number.begin(), number.end(), request.scale);
        const bool whole = error == std::errc() && end == number.end();
        if (error == std::errc::result_out_of_range || (whole && !std::isfinite(float(request.scale))))
            return fail(Errc::BadInput, "adapter", "“" + std::string(number) + "” is no scale",
                        "give a number behind the colon");
        if (whole)
            request.path.resize(colon);
        else
            request.scale = 1;
    }
    if (request.path.empty())
        return fail(Errc::BadInput, "adapter", "has no path", "give a PEFT folder or a GGUF file");
    return request;
}

Result<Adapters> openAdapters(const ModelFile &file, const std::vector<AdapterRequest> &requests)
{
    Adapters adapters;
    for (const AdapterRequest &request : requests) {
        LATHE_ASSIGN(auto lora, LoraFile::open(request.path));
        LATHE_ASSIGN(auto adapter, Adapter::create(file, std::move(lora), request.scale));
        adapters.push_back(std::move(adapter));
    }
    return adapters;
}

Result<std::vector<std::shared_ptr<const DeviceAdapter>>>
loadAdapters(const std::shared_ptr<const DeviceModel> &model, const std::vector<AdapterRequest> &requests,
             const TaskContext &task)
{
    LATHE_ASSIGN(const Adapters adapters, openAdapters(model->file(), requests));
    return uploadAdapters(model, adapters, task);
}

Result<LoadedModel> loadModel(Devices &devices, const LoadRequest &request, const TaskContext &task)
{
    const auto start = std::chrono::steady_clock::now();
    LATHE_ASSIGN(const auto file, ModelFile::open(request.path));
    LATHE_ASSIGN(const uint32_t context, chooseContext(file->config(), request.context));
    LATHE_ASSIGN(const Adapters adapters, openAdapters(*file, request.adapters));
    LATHE_ASSIGN(Devices::Opened opened, devices.open(request.device, task));
    LATHE_TRY(checkMemory(*file, *opened.backend, {request.cacheType, 1, context}, adapters));
    LoadedModel loaded;
    if (request.hash) {
        TaskContext hashing = task;
        if (task.progress)
            hashing.progress = [&](const Progress &p) {
                task.progress({"Checking the file", p.done, p.total});
            };
        LATHE_ASSIGN(const Sha256 hash, file->sha256(hashing));
        loaded.sha256 = toHex(hash);
    }
    LATHE_ASSIGN(loaded.model, DeviceModel::load(file, opened.backend, task));
    LATHE_ASSIGN(loaded.adapters, uploadAdapters(loaded.model, adapters, task));
    loaded.backend = std::move(opened.backend);
    loaded.deviceKind = std::move(opened.kind);
    loaded.notes = std::move(opened.notes);
    loaded.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return loaded;
}

} // namespace lathe
