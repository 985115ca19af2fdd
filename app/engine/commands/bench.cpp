// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/format.h"
#include "app/engine/cli/model_options.h"
#include "app/engine/services/bandwidth.h"
#include "core/base/os.h"
#include "core/generate/random.h"
#include "core/model/runner.h"

#include <algorithm>
#include <chrono>

namespace lathe::cli {

namespace {

struct Options {
    ModelOptions model;
    uint32_t prompt = 512, generate = 128, depth = 0, repetitions = 3;
};

struct Timing {
    std::vector<double> seconds, cpuSeconds;
};

std::vector<uint32_t> someIds(uint32_t count, uint32_t vocabulary, uint64_t seed)
{
    Random random(seed);
    std::vector<uint32_t> ids(count);
    for (uint32_t &id : ids)
        id = uint32_t(random.next() % vocabulary);
    return ids;
}

/// Tokens from position `begin`, in the runner's chunks; the logits of the last one only.
Result<> feed(Runner &runner, std::span<const uint32_t> ids, uint32_t begin, std::span<float> logits,
              const TaskContext &task)
{
    for (size_t done = 0; done < ids.size();) {
        const size_t count = std::min<size_t>(runner.options().chunk, ids.size() - done);
        std::vector<StepToken> tokens;
        for (size_t i = 0; i < count; ++i)
            tokens.push_back({ids[done + i], uint32_t(begin + done + i), 0});
        const bool last = done + count == ids.size();
        const uint32_t row = uint32_t(count) - 1;
        LATHE_TRY(
            runner.step(tokens, std::span(&row, last ? 1 : 0), logits.first(last ? logits.size() : 0), task));
        done += count;
    }
    return {};
}

/// N tokens greedily from depth d.
Result<> generate(Runner &runner, const Options &options, uint32_t first, std::span<float> logits,
                  const TaskContext &task)
{
    uint32_t id = first;
    for (uint32_t i = 0; i < options.generate; ++i) {
        LATHE_TRY(feed(runner, std::span(&id, 1), options.depth + i, logits, task));
        id = uint32_t(std::max_element(logits.begin(), logits.end()) - logits.begin());
    }
    return {};
}

template <class Work>
Result<Timing> measure(const Options &options, const char *stage, Console &console, Work work)
{
    Timing timing;
    const TaskContext task = console.task();
    for (uint32_t i = 0; i <= options.repetitions; ++i) { // the first one warms caches up and is not counted
        task.report(stage, i, options.repetitions + 1);
        const auto start = std::chrono::steady_clock::now();
        const double cpuStart = os::processCpuSeconds();
        LATHE_TRY(work());
        if (i == 0)
            continue;
        timing.seconds.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        timing.cpuSeconds.push_back(os::processCpuSeconds() - cpuStart);
    }
    return timing;
}

Json part(uint32_t tokens, const Timing &timing)
{
    std::vector<double> tps;
    double seconds = 0, cpu = 0;
    for (size_t i = 0; i < timing.seconds.size(); ++i) {
        tps.push_back(tokens / timing.seconds[i]);
        seconds += timing.seconds[i];
        cpu += timing.cpuSeconds[i];
    }
    const double all = double(tokens) * double(tps.size());
    return {{"tokens", tokens},
            {"tps", all / seconds},
            {"tps_all", tps},
            {"cpu_s_all", timing.cpuSeconds},
            {"tokens_per_cpu_s", all / cpu}};
}

void printText(const Json &out, Console &console)
{
    console.print("device   " + out["device"].get<std::string>() + ", " + out["math"].get<std::string>() +
                  "\n");
    for (const auto &[key, name] : {std::pair("pp", "reading"), std::pair("tg", "writing")}) {
        if (out[key].is_null())
            continue;
        const Json &row = out[key];
        console.print(std::string(name) + "  " + std::to_string(row["tokens"].get<uint32_t>()) +
                      " tokens: " + fixed(row["tps"], 1) + " tokens/s, " + fixed(row["tokens_per_cpu_s"], 1) +
                      " tokens per CPU-second\n");
    }
    console.print("load     " + fixed(out["load_s"], 2) + " s; memory " +
                  bytesText(out["peak_memory_bytes"].get<uint64_t>()) + " at most; " +
                  out["dispatches_per_token"].dump() + " dispatches per token\n");
    if (!out["bandwidth_share"].is_null())
        console.print("bandwidth " + fixed(100 * out["bandwidth_share"].get<double>(), 1) +
                      " % of the measured " + bytesText(uint64_t(out["bandwidth_bytes_per_s"])) + "/s\n");
}

/// The share of the device's memory bandwidth, measured now, that generation needs at least: each weight and
/// each key and value of the context read once a token.
Result<> addBandwidth(Json &out, const Options &options, const LoadedModel &loaded, DType cacheType,
                      Devices &devices, const TaskContext &task)
{
    out["bandwidth_share"] = nullptr;
    out["bandwidth_bytes_per_s"] = nullptr;
    if (out["tg"].is_null())
        return {};
    const Result<double> rate = devices.bandwidth(*loaded.backend, task);
    if (!rate && rate.error().code == Errc::OutOfMemory)
        return {}; // no room to measure it in: not known
    LATHE_TRY(rate);
    const double depth = options.depth + options.generate / 2.0;
    out["bandwidth_bytes_per_s"] = *rate;
    out["bandwidth_share"] =
        double(bytesPerToken(*loaded.model, cacheType, depth)) * out["tg"]["tps"].get<double>() / *rate;
    return {};
}

Result<> run(const Options &options, Invocation &invocation)
{
    Console &console = invocation.console;
    const uint32_t needed = std::max({options.prompt, options.depth + options.generate, 1U});
    Devices devices(deviceOptions(invocation.common));
    LATHE_ASSIGN(const LoadedModel loaded,
                 loadModel(options.model, devices, invocation, std::max(needed, options.model.context)));
    const uint32_t vocabulary = loaded.model->config().vocabulary;
    RunnerOptions runnerOptions;
    LATHE_ASSIGN(const DType cacheType, parseCacheType(options.model.kv));
    runnerOptions.cache = {cacheType, 1, std::max(needed, options.model.context)};
    runnerOptions.int8 = options.model.int8;
    LATHE_ASSIGN(const auto runner, Runner::create(loaded.model, runnerOptions));
    std::vector<float> logits(vocabulary);
    const std::vector<uint32_t> ids =
        someIds(std::max(needed, 1U), vocabulary, invocation.common.seed.value_or(1));
    const TaskContext task{interruptToken(), {}};
    Json out{{"device", loaded.backend->id()},
             {"device_name", loaded.backend->name()},
             {"weights_bytes", loaded.backend->memory().weights},
             {"pp", nullptr},
             {"tg", nullptr}};
    if (options.prompt > 0) {
        const auto prompt = std::span(ids).first(options.prompt);
        LATHE_ASSIGN(const Timing timing, measure(options, "Reading", console,
                                                  [&] { return feed(*runner, prompt, 0, logits, task); }));
        out["pp"] = part(options.prompt, timing);
    }
    uint32_t dispatches = runner->lastDispatches();
    if (options.generate > 0) {
        if (options.depth > 0)
            LATHE_TRY(feed(*runner, std::span(ids).first(options.depth), 0, logits, task));
        LATHE_ASSIGN(const Timing timing, measure(options, "Writing", console, [&] {
                         return generate(*runner, options, ids.front(), logits, task);
                     }));
        out["tg"] = part(options.generate, timing);
        dispatches = runner->lastDispatches();
    }
    out["load_s"] = loaded.seconds;
    out["peak_memory_bytes"] = loaded.backend->memory().peak;
    LATHE_TRY(addBandwidth(out, options, loaded, cacheType, devices, task));
    out["dispatches_per_token"] = dispatches;
    out["math"] = loaded.backend->math();
    if (console.json())
        console.printJson(out);
    else
        printText(out, console);
    return {};
}

} // namespace

Run addBench(CLI::App &app)
{
    auto options = std::make_shared<Options>();
    addModelOptions(app, options->model);
    addInt8Options(app, options->model);
    app.add_option("-p", options->prompt, "tokens of the prompt (0: leave out)")
        ->check(CLI::Range(0, 1 << 20));
    app.add_option("-n", options->generate, "tokens to generate (0: leave out)")
        ->check(CLI::Range(0, 1 << 20));
    app.add_option("-d", options->depth, "tokens in the context before generating")
        ->check(CLI::Range(0, 1 << 20));
    app.add_option("-r", options->repetitions, "repetitions")->check(CLI::Range(1, 1000));
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
