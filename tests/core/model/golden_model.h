// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/evaluate.h"
#include "tests/core/golden.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace lathe::golden {

using Ids = std::vector<uint32_t>;
using Rows = std::vector<std::vector<float>>;

/// A folder with a tiny model and what transformers computed with it (tests/data/models/README.md).
class Model
{
public:
    explicit Model(std::filesystem::path folder)
        : m_folder(std::move(folder)), m_expected(m_folder / "expected.safetensors")
    {
    }

    std::string name() const { return m_folder.filename().string(); }
    /// "F32" or "F16"; the path may not be there.
    std::filesystem::path gguf(const std::string &type) const
    {
        return m_folder / "gguf" / (name() + "-" + type + ".gguf");
    }
    const File &expected() const { return m_expected; }

    Ids ids(const std::string &tensor) const
    {
        const auto values = m_expected.ints(tensor);
        return {values.begin(), values.end()};
    }

    /// Gap between the best two logits of each greedy step ("A" or "B").
    std::vector<double> margins(const std::string &prompt) const
    {
        std::ifstream stream(m_folder / "expected.json");
        return nlohmann::json::parse(stream).at("greedy_" + prompt + "_margin_top1_top2");
    }

    /// Largest difference of rows[skip …] to a recorded tensor.
    double worst(const Rows &rows, const std::string &tensor, size_t skip = 0) const
    {
        const std::vector<float> recorded = m_expected.floats(tensor);
        const size_t cols = rows.at(0).size();
        if (recorded.size() != (rows.size() - skip) * cols)
            throw std::runtime_error(tensor + " has another shape");
        double difference = 0;
        for (size_t i = 0; i < recorded.size(); ++i) {
            const double error = std::abs(double(rows[skip + i / cols][i % cols]) - recorded[i]);
            difference = error <= difference ? difference : error; // NaN stays
        }
        return difference;
    }

private:
    std::filesystem::path m_folder;
    File m_expected;
};

template <class T> T need(Result<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().message());
    return std::move(*result);
}

inline std::unique_ptr<Runner> makeRunner(const std::filesystem::path &file, std::shared_ptr<Backend> backend,
                                          bool fused = true)
{
    auto model = need(DeviceModel::load(need(ModelFile::open(file)), std::move(backend), {}));
    return need(Runner::create(std::move(model), {{DType::F32, 1, 256}, fused, 64}));
}

/// Logits of every token of one list.
inline Rows logitsOf(Runner &runner, const Ids &list)
{
    Rows rows;
    const auto sink = [&](size_t, uint32_t, std::span<const float> row) {
        rows.emplace_back(row.begin(), row.end());
    };
    const auto done = evaluateLogits(runner, {list}, false, sink, {});
    if (!done)
        throw std::runtime_error(done.error().message());
    return rows;
}

/// One more token at a position; its logits.
inline std::vector<float> stepOf(Runner &runner, uint32_t token, uint32_t position)
{
    std::vector<float> logits(runner.model().config().vocabulary);
    const StepToken next{token, position, 0};
    const uint32_t row = 0;
    const auto done = runner.step(std::span(&next, 1), std::span(&row, 1), logits, {});
    if (!done)
        throw std::runtime_error(done.error().message());
    return logits;
}

/// Largest |a − b|; infinite where the shapes differ, NaN where a value is.
inline double largestDifference(const Rows &a, const Rows &b)
{
    double worst = a.size() == b.size() ? 0 : INFINITY;
    for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
        for (size_t k = 0; k < a[i].size(); ++k) {
            const double error = std::abs(double(a[i][k]) - b[i][k]);
            worst = error <= worst ? worst : error;
        }
    }
    return worst;
}

/// Largest error of the logits of prompts A and B; `end`: of the tensors' names, such as "_f16w".
inline double promptError(Runner &runner, const Model &model, const std::string &end = "")
{
    double error = 0;
    for (const std::string which : {"A", "B"})
        error = std::max(error,
                         model.worst(logitsOf(runner, model.ids("ids_" + which)), "logits_" + which + end));
    return error;
}

/// That of the last 8 rows of the long prompt, which goes beyond windows and trained contexts.
inline double longError(Runner &runner, const Model &model)
{
    const Ids ids = model.ids("ids_long");
    return model.worst(logitsOf(runner, ids), "logits_long_last8", ids.size() - 8);
}

enum class Greedy {
    All,    ///< every recorded token
    Certain ///< those before the first whose recorded margin is within twice the error
};

/// Continues prompts A and B by the best token; empty if those are the recorded ones, else what differs.
inline std::string greedyDifference(Runner &runner, const Model &model, Greedy scope)
{
    for (const std::string which : {"A", "B"}) {
        const Ids prompt = model.ids("ids_" + which), expected = model.ids("greedy_" + which);
        const Rows rows = logitsOf(runner, prompt);
        std::vector<double> margins(expected.size(), INFINITY);
        double error = 0;
        if (scope == Greedy::Certain) {
            margins = model.margins(which);
            error = model.worst(rows, "logits_" + which);
        }
        if (!(margins.front() > 2 * error))
            return which + ": the first token is not certain, nothing can be compared";
        std::vector<float> logits = rows.back();
        for (size_t i = 0; i < expected.size() && margins[i] > 2 * error; ++i) {
            const auto best = uint32_t(std::ranges::max_element(logits) - logits.begin());
            if (best != expected[i])
                return which + ": token " + std::to_string(i) + " is " + std::to_string(best) + ", not " +
                       std::to_string(expected[i]);
            logits = stepOf(runner, best, uint32_t(prompt.size() + i));
        }
    }
    return {};
}

/// Largest difference of two runners over the largest logit of `b`: the prompt at once, then token by token,
/// which are both shape classes of a chat.
inline double relativeDifference(Runner &a, Runner &b, const Ids &prompt)
{
    const auto stepByStep = [&](Runner &runner) {
        Rows rows;
        for (uint32_t i = 0; i < prompt.size(); ++i)
            rows.push_back(stepOf(runner, prompt[i], i));
        return rows;
    };
    const auto relative = [](const Rows &of, const Rows &to) {
        double largest = 0;
        for (const auto &row : to)
            for (const float value : row)
                largest = std::max(largest, double(std::abs(value)));
        return largestDifference(of, to) / largest;
    };
    return std::max(relative(logitsOf(a, prompt), logitsOf(b, prompt)),
                    relative(stepByStep(a), stepByStep(b)));
}

} // namespace lathe::golden
