// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/self_test.h"

#include "core/base/bytes.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "core/graph/op_runner.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>

namespace lathe {

namespace {

using Json = nlohmann::ordered_json;
constexpr uint64_t kSeed = 1;

std::string joined(const std::set<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

struct TestRow {
    const OpDef *op;
    OpCase row;
    MathTier math;
    double bound;
};

/// The rows of the op table that are for the self-test, in each math tier that the device has. A software
/// driver gains nothing from the tiers beside fp32 and would compile their kernels for half a minute.
std::vector<TestRow> testRows(const gpu::Device &device)
{
    const bool isGpu = device.deviceClass() == gpu::DeviceClass::Gpu;
    const bool has[] = {isGpu && device.features().fp16, isGpu && device.features().integerDot};
    constexpr MathTier kTiers[] = {MathTier::Fp16, MathTier::Dot};
    std::vector<TestRow> rows;
    for (const OpDef *op : allOps()) {
        for (const OpCase &row : op->cases()) {
            if (!row.selfTest)
                continue;
            rows.push_back({op, row, MathTier::Fp32, row.bound});
            for (size_t i = 0; i < 2; ++i)
                if (has[i] && row.tierBounds[i] > 0)
                    rows.push_back({op, row, kTiers[i], row.tierBounds[i]});
        }
    }
    return rows;
}

/// Runs one case until a variant passes or none is left.
void testCase(gpu::Device &device, const TestRow &test, SelfTestReport &report)
{
    const size_t firstFailure = report.failures.size();
    for (;;) {
        std::set<std::string> used;
        const Result<double> error =
            caseErrorOnDevice(device, *test.op, test.row, kSeed, report.disabled, used, test.math);
        if (error && *error <= test.bound) {
            ++report.passed;
            for (size_t i = firstFailure; i < report.failures.size(); ++i)
                report.failures[i].instead = joined(used);
            return;
        }
        if (used.empty())
            return; // every variant is switched off already
        const double nmse = error ? *error : std::numeric_limits<double>::infinity();
        report.failures.push_back(
            {std::string(test.op->name), joined(used), test.row.name, nmse, test.bound, {}});
        report.disabled.insert(used.begin(), used.end());
    }
}

std::string now()
{
    const std::time_t time = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm utc{};
    gmtime_r(&time, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

/// A hash of all kernels: a new build tests again.
std::string buildKey()
{
    static const std::string key = [] {
        std::vector<std::byte> all;
        for (const gpu::ShaderModule &module : gpu::shaderModules()) {
            const auto bytes = std::as_bytes(module.words);
            all.insert(all.end(), bytes.begin(), bytes.end());
        }
        const auto digest = sha256(all);
        return digest ? toHex(*digest).substr(0, 16) : std::string("unknown");
    }();
    return key;
}

std::filesystem::path fileFor(const gpu::Device &device, const std::filesystem::path &folder)
{
    return folder / ("selftest-" + device.info().cacheKey + "-" + buildKey() + ".json");
}

Json toJson(const SelfTestReport &report)
{
    Json failures = Json::array();
    for (const auto &f : report.failures)
        failures.push_back({{"op", f.op},
                            {"kernel", f.kernel},
                            {"case", f.testCase},
                            {"nmse", std::isfinite(f.nmse) ? Json(f.nmse) : Json(nullptr)},
                            {"bound", f.bound},
                            {"instead", f.instead}});
    return {{"device", report.device},
            {"driver", report.driver},
            {"date", report.date},
            {"seconds", report.seconds},
            {"passed", report.passed},
            {"failures", failures},
            {"disabled", std::vector<std::string>(report.disabled.begin(), report.disabled.end())}};
}

SelfTestReport fromJson(const Json &json)
{
    SelfTestReport report;
    report.device = json.at("device");
    report.driver = json.at("driver");
    report.date = json.at("date");
    report.seconds = json.at("seconds");
    report.passed = json.at("passed");
    for (const Json &f : json.at("failures"))
        report.failures.push_back(
            {f.at("op"), f.at("kernel"), f.at("case"),
             f.at("nmse").is_null() ? std::numeric_limits<double>::infinity() : f.at("nmse").get<double>(),
             f.at("bound"), f.at("instead")});
    for (const Json &name : json.at("disabled"))
        report.disabled.insert(name.get<std::string>());
    return report;
}

} // namespace

bool SelfTestReport::usable() const
{
    return std::none_of(failures.begin(), failures.end(), [](const Failure &f) { return f.instead.empty(); });
}

Result<SelfTestReport> runSelfTest(gpu::Device &device, const TaskContext &task)
{
    const auto start = std::chrono::steady_clock::now();
    const std::vector<TestRow> rows = testRows(device);
    SelfTestReport report;
    report.device = device.info().name;
    report.driver = device.info().driver;
    report.date = now();
    for (size_t i = 0; i < rows.size(); ++i) {
        LATHE_TRY(task.checkCancelled());
        task.report("Testing kernels", i, rows.size());
        testCase(device, rows[i], report);
    }
    task.report("Testing kernels", rows.size(), rows.size());
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

std::optional<SelfTestReport> loadSelfTest(const gpu::Device &device, const std::filesystem::path &folder)
{
    const Result<std::string> text = readText(fileFor(device, folder), size_t(1) << 20);
    if (!text)
        return std::nullopt;
    try {
        return fromJson(Json::parse(*text));
    } catch (const nlohmann::json::exception &) {
        return std::nullopt; // a damaged file only means that the test runs again
    }
}

Result<> saveSelfTest(const gpu::Device &device, const std::filesystem::path &folder,
                      const SelfTestReport &report)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    return writeAtomically(fileFor(device, folder), toJson(report).dump(1), true);
}

} // namespace lathe
