// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/format.h"
#include "app/engine/cli/model_options.h"
#include "app/engine/services/adapter_inspection.h"
#include "app/engine/services/identify.h"
#include "app/engine/services/inspection.h"
#include "app/engine/services/tensor_stats.h"
#include "core/base/bytes.h"

namespace lathe::cli {

namespace {

struct Options {
    ModelOptions model;
    bool tensors = false, stats = false;
};

Json memoryJson(const Inspection &inspection)
{
    if (!inspection.memory)
        return nullptr;
    const MemoryEstimate &estimate = inspection.memory->estimate;
    return {{"weights", estimate.weights},
            {"kv", estimate.cache},
            {"scratch", estimate.scratch},
            {"total", estimate.total()}};
}

/// Every tensor; with --stats each has what its values look like.
Result<Json> tensorList(const ModelFile &file, const Options &options, const TaskContext &task)
{
    Json list = tensorsJson(file);
    if (!options.stats)
        return list;
    uint64_t done = 0;
    const std::vector<ModelTensor> tensors = file.tensors();
    for (size_t i = 0; i < list.size(); ++i) {
        task.report("Reading tensors", done, file.fileBytes());
        LATHE_ASSIGN(list[i]["stats"], tensorStats(tensors[i], task));
        done += tensors[i].bytes();
    }
    return list;
}

Json document(const Inspection &inspection, const Json &tensors)
{
    const ModelFile &file = *inspection.file;
    const ModelConfig &config = file.config();
    const bool whole = file.hasConfig();
    Json out{{"name", config.name},
             {"architecture", whole ? Json(config.architecture) : Json()},
             {"parameters", file.parameters()},
             {"file_bytes", file.fileBytes()},
             {"context", whole ? Json(config.contextTrained) : Json()},
             {"quantization", whole ? Json(file.quantization()) : Json()},
             {"config", whole ? configJson(config) : Json()},
             {"tokenizer", tokenizerJson(file)},
             {"template", templateJson(file)},
             {"sha256", inspection.sha256},
             {"memory_estimate_bytes", memoryJson(inspection)}};
    if (inspection.memory) {
        out["device"] = inspection.memory->device;
        out["memory_free_bytes"] = inspection.memory->freeBytes;
        out["fits"] = inspection.memory->fits();
    }
    if (!tensors.is_null())
        out["tensors"] = tensors;
    return out;
}

std::string tensorLine(const Json &tensor)
{
    std::string line = tensor["name"].get<std::string>() + "\t" + tensor["type"].get<std::string>() + "\t" +
                       tensor["shape"].dump() + "\t" + std::to_string(tensor["bytes"].get<uint64_t>());
    const Json stats = tensor.value("stats", Json());
    if (!stats.is_null())
        line += "\t" + significant(stats["min"]) + " … " + significant(stats["max"]) + ", mean " +
                significant(stats["mean"]) + ", std " + significant(stats["std"]) + ", zeros " +
                fixed(100 * stats["zero_share"].get<double>(), 2) + " %, beyond 6 std " +
                fixed(100 * stats["outlier_share"].get<double>(), 4) + " %";
    return line + "\n";
}

void printText(const Inspection &inspection, const Json &tensors, Console &console)
{
    const ModelFile &file = *inspection.file;
    const ModelConfig &config = file.config();
    console.print(config.name + "\n");
    if (file.hasConfig())
        console.print("architecture   " + config.architecture + ", " + std::to_string(config.layers.size()) +
                      " layers, hidden " + std::to_string(config.hidden) + ", context " +
                      std::to_string(config.contextTrained) + "\nweights        " +
                      std::string(file.quantization()) + ", " + fixed(double(file.parameters()) / 1e6, 1) +
                      " M parameters\n");
    console.print("file           " +
                  (inspection.sha256.empty()
                       ? std::string("no weights")
                       : bytesText(file.fileBytes()) + ", SHA-256 " + inspection.sha256) +
                  "\n");
    const auto &tokenizer = file.tokenizer();
    console.print(
        "tokenizer      " +
        (tokenizer ? (*tokenizer)->modelName() + ", " + std::to_string((*tokenizer)->size()) + " tokens"
                   : tokenizer.error().message()) +
        "\nchat template  " + (file.chatTemplate() ? "there" : file.chatTemplate().error().message()) + "\n");
    if (inspection.memory) {
        const MemoryEstimate &estimate = inspection.memory->estimate;
        console.print("memory         " + bytesText(estimate.total()) + " on " + inspection.memory->device +
                      " (weights " + bytesText(estimate.weights) + ", cache of " +
                      std::to_string(inspection.memory->context) + " tokens " + bytesText(estimate.cache) +
                      ", scratch " + bytesText(estimate.scratch) + "), free " +
                      bytesText(inspection.memory->freeBytes) + "\n");
    }
    for (const Json &tensor : tensors)
        console.print(tensorLine(tensor));
}

Json matricesJson(const LoraFile &file)
{
    Json list = Json::array();
    for (const LoraPair &pair : file.pairs()) {
        for (const LoraMatrix *matrix : {&pair.a, &pair.b})
            list.push_back({{"name", matrix->name},
                            {"type", dtypeInfo(matrix->type).name},
                            {"shape", {matrix->rows, matrix->cols}},
                            {"bytes", matrix->data.size()}});
    }
    return list;
}

Json adapterDocument(const AdapterInspection &adapter, const std::string &path, bool tensors)
{
    const LoraFile &file = *adapter.file;
    const auto orNull = [](const std::string &text) { return text.empty() ? Json() : Json(text); };
    Json out{{"kind", "adapter"},
             {"format", file.kind() == LoraFile::Kind::Peft ? "peft" : "gguf"},
             {"name", adapterName(path)},
             {"base", orNull(file.base())},
             {"architecture", orNull(file.architecture())},
             {"rank", adapter.rank},
             {"alpha", file.alpha() ? Json(*file.alpha()) : Json()},
             {"rank_stabilised", file.rankStabilised()},
             {"targets", adapter.targets},
             {"matrices", file.pairs().size()},
             {"parameters", adapter.parameters},
             {"bytes", adapter.bytes}};
    if (tensors)
        out["tensors"] = matricesJson(file);
    return out;
}

void printAdapter(const AdapterInspection &adapter, const Json &document, Console &console)
{
    const LoraFile &file = *adapter.file;
    std::string targets;
    for (const auto &[kind, count] : adapter.targets)
        targets += (targets.empty() ? "" : ", ") + toValidUtf8(kind) + " × " + std::to_string(count);
    console.print(document["name"].get<std::string>() + "\nadapter        LoRA, " +
                  (file.kind() == LoraFile::Kind::Peft ? "a PEFT folder" : "a GGUF file") + "\n");
    if (!file.base().empty())
        console.print("trained for    " + toValidUtf8(file.base()) + "\n");
    console.print("rank           " + std::to_string(adapter.rank) + ", alpha " +
                  (file.alpha() ? significant(*file.alpha()) : std::string("not given")) +
                  (file.rankStabilised() ? ", rank-stabilised" : "") + "\ntargets        " + targets +
                  "\nparameters     " + std::to_string(adapter.parameters) + ", " + bytesText(adapter.bytes) +
                  "\n");
    for (const Json &tensor : document.value("tensors", Json::array()))
        console.print(tensorLine(tensor));
}

Result<> runAdapter(const Options &options, const std::string &path, Console &console)
{
    if (options.stats)
        return fail(Errc::Unsupported, path, "unsupported: --stats of an adapter",
                    "leave it out; --tensors lists the matrices");
    LATHE_ASSIGN(const AdapterInspection adapter, inspectAdapter(path));
    const Json document = adapterDocument(adapter, path, options.tensors);
    if (console.json())
        console.printJson(document);
    else
        printAdapter(adapter, document, console);
    return {};
}

Result<> run(const Options &options, Invocation &invocation)
{
    // A safetensors file is shown for itself.
    const std::filesystem::path path = options.model.path;
    if (const Identified found = identify(path);
        found.kind == Identified::Kind::Adapter && path.extension() != ".safetensors")
        return runAdapter(options, found.path.string(), invocation.console);
    Devices devices(deviceOptions(invocation.common));
    InspectRequest request{options.model.path, invocation.common.device, options.model.context};
    LATHE_ASSIGN(request.cacheType, parseCacheType(options.model.kv));
    request.hash = true;
    LATHE_ASSIGN(const Inspection inspection, inspectModel(devices, request, invocation.console.task()));
    Json tensors;
    if (options.tensors || options.stats) {
        LATHE_ASSIGN(tensors, tensorList(*inspection.file, options, invocation.console.task()));
    }
    if (invocation.console.json())
        invocation.console.printJson(document(inspection, tensors));
    else
        printText(inspection, tensors, invocation.console);
    return {};
}

} // namespace

Run addInspect(CLI::App &app)
{
    auto options = std::make_shared<Options>();
    addModelOptions(app, options->model);
    app.add_flag("--tensors", options->tensors, "every tensor with type, shape and bytes");
    app.add_flag("--stats", options->stats,
                 "the same with range, mean, deviation, zeros, outliers, histogram");
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
