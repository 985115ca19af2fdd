// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/method.h"

#include "app/engine/rpc/engine_state.h"
#include "app/engine/rpc/shared_json.h"
#include "app/engine/services/inspection.h"
#include "app/engine/services/prompt.h"
#include "core/base/bytes.h"
#include "core/generate/model_sampler.h"

namespace lathe::rpc {

namespace {

constexpr int64_t kMaxContext = 1 << 24;

struct ModelParams {
    std::string path, device;
    uint32_t context = 0;
    DType cacheType = DType::F32;
};

RpcResult<ModelParams> readModelParams(const Params &params)
{
    ModelParams out;
    LATHE_ASSIGN(out.path, params.string("path"));
    LATHE_ASSIGN(out.device, params.string("device", "auto"));
    LATHE_ASSIGN(const int64_t context, params.integer("context", 0, 0, kMaxContext));
    out.context = uint32_t(context);
    LATHE_ASSIGN(const std::string kv, params.string("kv", "F32"));
    LATHE_ASSIGN(out.cacheType, parseCacheType(kv));
    return out;
}

Json memoryJson(const Inspection::Memory &memory)
{
    return {{"device", memory.device},
            {"context", memory.context},
            {"kv", dtypeInfo(memory.cacheType).name},
            {"weights", memory.estimate.weights},
            {"cache", memory.estimate.cache},
            {"scratch", memory.estimate.scratch},
            {"total", memory.estimate.total()},
            {"freeBytes", memory.freeBytes},
            {"budgetBytes", memory.budgetBytes},
            {"fits", memory.fits()},
            {"cacheBytesPerToken",
             {{"F32", memory.cacheBytesPerTokenF32}, {"F16", memory.cacheBytesPerTokenF32 / 2}}}};
}

Json memoriesJson(const Inspection &inspection)
{
    if (!inspection.memory)
        return nullptr;
    Json out = memoryJson(*inspection.memory);
    out["devices"] = Json::array();
    for (const Inspection::Memory &memory : inspection.everyDevice)
        out["devices"].push_back(memoryJson(memory));
    return out;
}

RpcResult<Reply> modelInspect(EngineState &state, Call &call)
{
    const Params params = call.params();
    LATHE_ASSIGN(const ModelParams model, readModelParams(params));
    LATHE_ASSIGN(const bool tensors, params.boolean("tensors", false));
    LATHE_ASSIGN(const bool metadata, params.boolean("metadata", false));
    LATHE_ASSIGN(const bool hash, params.boolean("hash", false));
    LATHE_ASSIGN(const bool everyDevice, params.boolean("everyDevice", false));
    const InspectRequest request{model.path, model.device, model.context, model.cacheType, hash, everyDevice};
    LATHE_ASSIGN(const Inspection inspection, inspectModel(state.devices(), request, call.task()));
    const ModelFile &file = *inspection.file;
    const ModelConfig &config = file.config();
    const bool whole = file.hasConfig();
    Reply reply;
    reply.result = {{"path", file.path().string()},
                    {"name", config.name},
                    {"architecture", whole ? Json(config.architecture) : Json()},
                    {"parameters", file.parameters()},
                    {"fileBytes", file.fileBytes()},
                    {"context", whole ? Json(config.contextTrained) : Json()},
                    {"vocabulary", whole ? Json(config.vocabulary) : Json()},
                    {"quantization", whole ? Json(file.quantization()) : Json()},
                    {"config", whole ? configJson(config) : Json()},
                    {"tokenizer", tokenizerJson(file)},
                    {"template", templateJson(file)},
                    {"sha256", inspection.sha256.empty() ? Json() : Json(inspection.sha256)},
                    {"memory", memoriesJson(inspection)},
                    {"tensors", tensors ? tensorsJson(file) : Json()},
                    {"metadata", metadata ? metadataJson(file) : Json()},
                    {"warnings", Json::array()}};
    return reply;
}

std::string defaultSystem(const ModelFile &file)
{
    return file.tokenizer() && file.chatTemplate()
               ? defaultSystemPrompt(**file.tokenizer(), **file.chatTemplate())
               : std::string();
}

/// What the model's makers ask for, as session.generate takes it; null where they ask for nothing usable.
Json samplerJson(const ModelFile &file)
{
    if (!file.generation())
        return nullptr;
    const auto sampler = modelSampler(*file.generation(), file.path().string());
    if (!sampler || !*sampler)
        return nullptr;
    return {{"temperature", (*sampler)->temperature},
            {"topK", (*sampler)->topK},
            {"topP", (*sampler)->topP},
            {"minP", (*sampler)->minP},
            {"typicalP", (*sampler)->typicalP},
            {"repeatPenalty", (*sampler)->repeatPenalty}};
}

Json modelJson(const ModelHandle &handle)
{
    const LoadedModel &loaded = handle.loaded;
    const ModelFile &file = loaded.model->file();
    const ModelConfig &config = file.config();
    Json chatTemplate = templateJson(file);
    chatTemplate["defaultSystem"] = defaultSystem(file);
    return {{"model", handle.id},
            {"path", file.path().string()},
            {"name", config.name},
            {"architecture", config.architecture},
            {"parameters", file.parameters()},
            {"sha256", loaded.sha256},
            {"bytes", file.fileBytes()},
            {"context", config.contextTrained},
            {"vocabulary", config.vocabulary},
            {"quantization", file.quantization()},
            {"device",
             {{"id", loaded.backend->id()}, {"name", loaded.backend->name()}, {"kind", loaded.deviceKind}}},
            {"math", loaded.backend->math()},
            {"tokenizer", tokenizerJson(file)},
            {"template", std::move(chatTemplate)},
            {"sampler", samplerJson(file)},
            {"memory", poolsJson(loaded.backend->memory())},
            {"seconds", loaded.seconds},
            {"notes", loaded.notes}};
}

RpcResult<Reply> modelLoad(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const ModelParams model, readModelParams(call.params()));
    const LoadRequest request{model.path, model.device, model.context, model.cacheType, true};
    LATHE_ASSIGN(LoadedModel loaded, loadModel(state.devices(), request, call.task()));
    LATHE_TRY(call.task().checkCancelled());
    for (const std::string &note : loaded.notes)
        state.log().write(LogLevel::Info, note);
    Reply reply;
    reply.result = modelJson(*state.addModel(std::move(loaded)));
    return reply;
}

RpcResult<Reply> modelUnload(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const std::string id, call.params().string("model"));
    LATHE_TRY(state.unloadModel(id));
    return Reply();
}

RpcResult<Reply> tokenize(EngineState &state, Call &call)
{
    const Params params = call.params();
    LATHE_ASSIGN(const std::string id, params.string("model"));
    LATHE_ASSIGN(const std::string text, params.string("text"));
    LATHE_ASSIGN(const bool plain, params.boolean("plain", false));
    LATHE_ASSIGN(const bool special, params.boolean("special", true));
    LATHE_ASSIGN(const auto model, state.model(id));
    LATHE_ASSIGN(const auto tokenizer, model->loaded.model->file().tokenizer());
    const Tokenizer::TextPart part{text, plain};
    LATHE_ASSIGN(
        const std::vector<uint32_t> ids,
        tokenizer->encode(std::span(&part, 1), special ? Tokenizer::Special::Add : Tokenizer::Special::Read));
    Reply reply;
    reply.result = {{"ids", ids}, {"pieces", tokenPieces(*tokenizer, ids)}};
    return reply;
}

RpcResult<Reply> detokenize(EngineState &state, Call &call)
{
    LATHE_ASSIGN(const std::string id, call.params().string("model"));
    LATHE_ASSIGN(const std::vector<uint32_t> ids, call.params().ids("ids"));
    LATHE_ASSIGN(const auto model, state.model(id));
    LATHE_ASSIGN(const auto tokenizer, model->loaded.model->file().tokenizer());
    for (const uint32_t token : ids) {
        if (!tokenizer->contains(token))
            return call.params().wrong("ids",
                                       std::to_string(token) + " is outside the vocabulary of " +
                                           std::to_string(tokenizer->size()) + " tokens",
                                       "give ids of this model");
    }
    Reply reply;
    reply.result = {{"text", toValidUtf8(tokenizer->decode(ids))}};
    return reply;
}

constexpr Method kMethods[] = {
    {"model.inspect", modelInspect}, {"model.load", modelLoad},  {"model.unload", modelUnload},
    {"tokenize", tokenize},          {"detokenize", detokenize},
};

} // namespace

std::span<const Method> modelMethods()
{
    return kMethods;
}

} // namespace lathe::rpc
