// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/model_options.h"

namespace lathe::cli {

void addModelOptions(CLI::App &app, ModelOptions &options)
{
    app.add_option("MODEL", options.path, "model file")->required();
    app.add_option("--ctx", options.context,
                   "context in tokens (left out: 2,048 or the model's, whichever is smaller)")
        ->check(CLI::Range(1, 1 << 24))
        ->default_str("");
    app.add_option("--kv", options.kv, "type of the cache: F32 or F16")->check(CLI::IsMember({"F32", "F16"}));
}

void addAdapterOption(CLI::App &app, ModelOptions &options)
{
    app.add_option("--adapter", options.adapters,
                   "a LoRA adapter, PEFT folder or GGUF file, as PATH or PATH:SCALE; may be repeated")
        ->allow_extra_args(false)
        ->default_str("");
}

std::vector<AdapterRequest> adapterRequests(const ModelOptions &options)
{
    std::vector<AdapterRequest> requests;
    for (const std::string &text : options.adapters) {
        const Result<AdapterRequest> adapter = parseAdapter(text);
        if (!adapter)
            throw UsageError{"--adapter", adapter.error().what, adapter.error().remedy};
        requests.push_back(*adapter);
    }
    return requests;
}

void addInt8Options(CLI::App &app, ModelOptions &options)
{
    app.add_option_function<float>(
           "--int8-threshold", [&options](float value) { options.int8.threshold = value; },
           "LLM.int8() weights: an activation of this size makes its column an outlier "
           "(0: none; left out: the folder's)")
        ->check(CLI::Range(0.0f, 1e30f))
        ->default_str("");
    app.add_option_function<std::string>(
           "--int8-columns",
           [&options](const std::string &rule) { options.int8.columnsOfBatch = rule == "batch"; },
           "outlier columns of each sequence, or of the whole batch as bitsandbytes takes them")
        ->check(CLI::IsMember({"sequence", "batch"}))
        ->default_str("sequence");
    app.add_option_function<std::string>(
           "--int8-activations", [&options](const std::string &on) { options.int8.activations = on == "on"; },
           "whether activations are rounded to 8 bits too")
        ->check(CLI::IsMember({"on", "off"}))
        ->default_str("on");
}

Result<LoadedModel> loadModel(const ModelOptions &options, Devices &devices, Invocation &invocation,
                              uint32_t context)
{
    LoadRequest request;
    request.path = options.path;
    request.device = invocation.common.device;
    request.context = context > 0 ? context : options.context;
    LATHE_ASSIGN(request.cacheType, parseCacheType(options.kv));
    request.hash = false;
    request.adapters = adapterRequests(options);
    LATHE_ASSIGN(LoadedModel loaded, loadModel(devices, request, invocation.console.task()));
    invocation.console.clearProgress();
    for (const std::string &note : loaded.notes)
        invocation.console.note(note);
    return loaded;
}

} // namespace lathe::cli
