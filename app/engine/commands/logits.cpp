// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/format.h"
#include "app/engine/cli/input_files.h"
#include "app/engine/cli/model_options.h"
#include "core/base/checked.h"
#include "core/formats/safetensors.h"
#include "core/model/memory_estimate.h"
#include "core/model/runner.h"

#include <algorithm>

namespace lathe::cli {

namespace {

struct Options {
    ModelOptions model;
    std::string ids, out;
    bool last = false, force = false, unfused = false;
};

/// Logits of one sequence: (rows, vocabulary).
struct Rows {
    uint32_t count = 0;
    std::vector<float> values;
};

Result<> checkIds(const IdLists &ids, const std::string &path, const ModelConfig &config, uint32_t context)
{
    for (const std::vector<uint32_t> &list : ids.lists) {
        if (list.empty())
            return fail(Errc::BadInput, path, "holds an empty list", "give at least one id");
        if (list.size() > context)
            return fail(Errc::BadInput, path,
                        std::to_string(list.size()) + " ids are more than the context of " +
                            std::to_string(context),
                        "give --ctx, at most " + std::to_string(config.contextTrained));
        for (const uint32_t id : list) {
            if (id >= config.vocabulary)
                return fail(Errc::BadInput, path,
                            "id " + std::to_string(id) + " is outside the vocabulary of " +
                                std::to_string(config.vocabulary) + " tokens",
                            "give ids of this model");
        }
    }
    return {};
}

/// Runs all sequences side by side, each in its slot of the cache: a step takes tokens of several.
Result<std::vector<Rows>> runAll(const IdLists &ids, const LoadedModel &loaded, const Options &options,
                                 DType cacheType, Console &console)
{
    const uint32_t vocabulary = loaded.model->config().vocabulary;
    uint32_t longest = 0;
    uint64_t total = 0;
    std::vector<Rows> out(ids.lists.size());
    for (size_t i = 0; i < ids.lists.size(); ++i) {
        longest = std::max(longest, uint32_t(ids.lists[i].size()));
        total += ids.lists[i].size();
        out[i].count = options.last ? 1 : uint32_t(ids.lists[i].size());
        out[i].values.resize(size_t(out[i].count) * vocabulary);
    }
    RunnerOptions runnerOptions;
    runnerOptions.cache = {cacheType, uint32_t(ids.lists.size()), longest};
    runnerOptions.fused = !options.unfused;
    runnerOptions.int8 = options.model.int8;
    LATHE_ASSIGN(const auto runner, Runner::create(loaded.model, runnerOptions));
    LATHE_TRY(runner->setAdapters(loaded.adapters));
    const size_t chunk = runner->options().chunk;
    const TaskContext task = console.task();
    std::vector<StepToken> tokens;
    std::vector<uint32_t> rows;
    std::vector<float *> targets;
    std::vector<float> logits;
    uint64_t done = 0;
    const auto flush = [&]() -> Result<> {
        logits.resize(rows.size() * size_t(vocabulary));
        LATHE_TRY(runner->step(tokens, rows, logits, task));
        for (size_t i = 0; i < targets.size(); ++i)
            std::copy_n(logits.begin() + ptrdiff_t(i * vocabulary), vocabulary, targets[i]);
        done += tokens.size();
        task.report("Computing logits", done, total);
        tokens.clear();
        rows.clear();
        targets.clear();
        return {};
    };
    for (size_t slot = 0; slot < ids.lists.size(); ++slot) {
        const std::vector<uint32_t> &list = ids.lists[slot];
        for (size_t position = 0; position < list.size(); ++position) {
            // A sequence is cut at the same positions in every batch.
            const size_t ahead = position % chunk == 0 ? std::min(list.size() - position, chunk) : 0;
            if (tokens.size() + ahead > chunk)
                LATHE_TRY(flush());
            const bool wanted = !options.last || position + 1 == list.size();
            if (wanted) {
                rows.push_back(uint32_t(tokens.size()));
                targets.push_back(out[slot].values.data() + (options.last ? 0 : position * vocabulary));
            }
            tokens.push_back({list[position], uint32_t(position), uint32_t(slot)});
        }
    }
    if (!tokens.empty())
        LATHE_TRY(flush());
    return out;
}

Result<> run(const Options &options, Invocation &invocation)
{
    LATHE_ASSIGN(const IdLists ids, readIdsFile(options.ids));
    std::error_code error;
    if (!options.force && std::filesystem::exists(options.out, error))
        return fail(Errc::BadInput, options.out, "is there already", "give --force to replace it");
    const std::filesystem::path folder = std::filesystem::path(options.out).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder, error)) // before the work, not after it
        return fail(Errc::NotFound, options.out, "its folder is not there", "make the folder first");
    Devices devices(deviceOptions(invocation.common));
    LATHE_ASSIGN(const LoadedModel loaded, loadModel(options.model, devices, invocation));
    const ModelConfig &config = loaded.model->config();
    const uint32_t context = options.model.context > 0
                                 ? options.model.context
                                 : std::max(defaultContext(config), config.contextTrained);
    LATHE_TRY(checkIds(ids, options.ids, config, context));
    LATHE_ASSIGN(const DType cacheType, parseCacheType(options.model.kv));
    LATHE_ASSIGN(const std::vector<Rows> all, runAll(ids, loaded, options, cacheType, invocation.console));
    std::vector<SafetensorsTensor> tensors;
    Json shapes = Json::array();
    for (size_t i = 0; i < all.size(); ++i) {
        const std::vector<uint64_t> shape{all[i].count, config.vocabulary};
        tensors.push_back({ids.batch ? "logits." + std::to_string(i) : "logits", "F32", shape,
                           std::as_bytes(std::span(all[i].values))});
        shapes.push_back(shape);
    }
    LATHE_TRY(writeSafetensors(options.out, tensors, {}, options.force));
    const Json shape = ids.batch ? shapes : shapes.front();
    if (invocation.console.json())
        invocation.console.printJson(
            {{"out", options.out}, {"shape", shape}, {"device", loaded.backend->id()}});
    else
        invocation.console.print(options.out + " " + shape.dump() + "\n");
    return {};
}

} // namespace

Run addLogits(CLI::App &app)
{
    auto options = std::make_shared<Options>();
    addModelOptions(app, options->model);
    addAdapterOption(app, options->model);
    addInt8Options(app, options->model);
    app.add_option("--ids", options->ids, "a JSON list of ids, or a list of lists")->required();
    app.add_option("--out", options->out, "the safetensors file to write")->required();
    app.add_flag("--last", options->last, "the last position's only");
    app.add_flag("--force", options->force, "replace an existing file");
    app.add_flag("--unfused", options->unfused, "run the graph without fusion");
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
