// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/os.h"
#include "core/generate/evaluate.h"
#include "core/generate/session.h"
#include "core/graph/host_backend.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/golden.h"
#include "tests/core/gpu/gpu_fixture.h"

#include <QElapsedTimer>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

/// The default model and its recorded outputs (tests/data/smollm2). A model that is not there throws, which
/// fails the test that asked.
namespace lathe::smollm2 {

inline std::shared_ptr<const ModelFile> openModel()
{
    const auto path = os::dataFolder() / "models/SmolLM2-135M-Instruct.Q4_1.gguf";
    auto file = ModelFile::open(path);
    if (!file)
        throw std::runtime_error("the default model is needed: " + file.error().message());
    return *file;
}

inline nlohmann::json readJson(const std::string &name)
{
    const auto text = readText(golden::dataPath("smollm2/" + name));
    if (!text)
        throw std::runtime_error(text.error().message());
    return nlohmann::json::parse(*text);
}

inline std::unique_ptr<Runner> makeRunner(const std::shared_ptr<const DeviceModel> &model, uint32_t context)
{
    auto runner = Runner::create(model, {{DType::F32, 1, context}, true, 64});
    if (!runner)
        throw std::runtime_error(runner.error().message());
    return std::move(*runner);
}

inline std::shared_ptr<const DeviceModel> load(const std::shared_ptr<const ModelFile> &file,
                                               const std::shared_ptr<Backend> &backend)
{
    auto model = DeviceModel::load(file, backend, {});
    if (!model)
        throw std::runtime_error(model.error().message());
    return *model;
}

inline double logSumExp(std::span<const float> logits)
{
    const double largest = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float x : logits)
        sum += std::exp(x - largest);
    return largest + std::log(sum);
}

/// Largest differences of a prompt's logits to the recorded ones.
struct LogitsError {
    double topLogprob = 0; ///< of the recorded 32 best of every position
    double logSumExp = 0;
    double lastLogits = 0;
};

inline LogitsError logitsError(Runner &runner, const std::string &prompt)
{
    const golden::File recorded("smollm2/logits.safetensors");
    const auto ids = recorded.ints(prompt + "_ids");
    const auto topIds = recorded.ints(prompt + "_top32_ids");
    const auto topLogprobs = recorded.floats(prompt + "_top32_logprobs");
    const auto sums = recorded.floats(prompt + "_logsumexp_per_pos");
    const auto last = recorded.floats(prompt + "_last_logits");
    LogitsError error;
    const auto worse = [](double &worst, double difference) {
        worst = std::isfinite(difference) ? std::max(worst, std::abs(difference)) : INFINITY;
    };
    const auto sink = [&](size_t, uint32_t position, std::span<const float> logits) {
        const double sum = logSumExp(logits);
        worse(error.logSumExp, sum - sums[position]);
        for (size_t i = position * 32; i < (position + 1) * 32; ++i)
            worse(error.topLogprob, logits[size_t(topIds[i])] - sum - topLogprobs[i]);
        for (size_t i = 0; position + 1 == ids.size() && i < last.size(); ++i)
            worse(error.lastLogits, logits[i] - last[i]);
    };
    const auto done =
        evaluateLogits(runner, {std::vector<uint32_t>(ids.begin(), ids.end())}, false, sink, {});
    if (!done)
        throw std::runtime_error(done.error().message());
    return error;
}

/// Runs one recorded greedy answer; empty if every token is the recorded one up to the first whose recorded
/// margin is below 1e-3, else what differs.
inline std::string greedyDifference(Session &session, const nlohmann::json &row)
{
    const auto expected = row.at("completion_ids").get<std::vector<uint32_t>>();
    const auto margins = row.at("margin_top1_top2").get<std::vector<double>>();
    GenerateRequest request;
    request.prompt = row.at("prompt_ids").get<std::vector<uint32_t>>();
    request.maxTokens = uint32_t(expected.size());
    const auto result = session.generate(request, {}, {});
    if (!result)
        return result.error().message();
    const bool ends = row.at("stopped_at_eos");
    std::vector<uint32_t> ids = result->ids;
    if (result->finish == Finish::Stop && ends)
        ids.push_back(expected.back());
    for (size_t i = 0; i < expected.size(); ++i) {
        if (i < ids.size() && ids[i] == expected[i])
            continue;
        const std::string what =
            "token " + std::to_string(i) + " differs, margin " + std::to_string(margins[i]);
        if (margins[i] >= 1e-3)
            return what;
        qWarning("%s", what.c_str());
        return {};
    }
    return ids.size() == expected.size() ? std::string() : "the answer goes on";
}

} // namespace lathe::smollm2
