// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/format.h"
#include "app/engine/cli/model_options.h"
#include "app/engine/services/inspection.h"
#include "app/engine/services/tensor_stats.h"

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
        done += tensors[i].data.size();
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

Result<> run(const Options &options, Invocation &invocation)
{
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
