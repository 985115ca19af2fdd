// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/evaluate.h"
#include "core/graph/self_test.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/golden.h"
#include "tests/core/gpu/gpu_fixture.h"

#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <fstream>

using namespace lathe;

/// The self-test: what it says of a device whose kernels are right, and of one where the debug switch leaves
/// a kernel out; that a model then runs on the replacement; that reports are kept.
class TestSelfTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY2(m_fixture.open(), "no Vulkan device: install mesa-vulkan-drivers"); }

    void rightKernelsPass()
    {
        auto device = m_fixture.open();
        uint64_t last = 0, total = 0;
        TaskContext task;
        task.progress = [&](const Progress &progress) {
            QCOMPARE(progress.stage, "Testing kernels");
            last = progress.done;
            total = progress.total;
        };
        const auto report = runSelfTest(*device, task);
        VERIFY_RESULT(report);
        qInfo("%u cases in %.1f s", report->passed, report->seconds);
        QVERIFY(report->usable());
        QVERIFY(report->failures.empty() && report->disabled.empty());
        QCOMPARE(report->device, device->info().name);
        QCOMPARE(report->driver, device->info().driver);
        QCOMPARE(uint64_t(report->passed), total);
        QCOMPARE(last, total);
        std::set<std::string_view> tested;
        for (const OpDef *op : allOps())
            for (const OpCase &row : op->cases())
                if (row.selfTest)
                    tested.insert(op->name);
        QCOMPARE(tested.size(), allOps().size());
        VERIFY_SILENT(m_fixture);
    }

    void brokenLinearIsNamedAndReplaced_data()
    {
        QTest::addColumn<QString>("kernel");
        QTest::addColumn<QString>("instead");
        QTest::addColumn<bool>("subgroups");
        QTest::newRow("float") << "linear.F32"
                               << "linear_split.F32" << true;
        QTest::newRow("quantized") << "linear.Q4_1"
                                   << "linear_split.Q4_1" << false;
        const gpu::Features features = m_fixture.open()->features();
        if (features.subgroupShuffle && features.minSubgroup == 8 && features.maxSubgroup == 8)
            QTest::newRow("quantized, in lanes") << "linear_lanes.Q4_1"
                                                 << "linear.Q4_1" << true;
    }

    void brokenLinearIsNamedAndReplaced()
    {
        QFETCH(QString, kernel);
        QFETCH(QString, instead);
        QFETCH(bool, subgroups);
        auto device = broken(kernel.toStdString(), subgroups);
        const auto report = runSelfTest(*device, {});
        VERIFY_RESULT(report);
        QCOMPARE(report->disabled, DisabledKernels{kernel.toStdString()});
        // Switched off at the first case, so the later ones pass at once.
        QCOMPARE(report->failures.size(), size_t(1));
        QCOMPARE(report->failures[0].op, "linear");
        QCOMPARE(report->failures[0].kernel, kernel.toStdString());
        QVERIFY(!report->failures[0].testCase.empty());
        QVERIFY(report->failures[0].nmse > report->failures[0].bound);
        QCOMPARE(report->failures[0].instead, instead.toStdString());
        QVERIFY(report->usable());
    }

    void modelRunsOnTheReplacement()
    {
        auto device = broken("linear.F32");
        const DisabledKernels disabled{"linear.F32"};

        // Without the self-test's finding the model's logits are wrong, with it they are those of
        // transformers.
        const golden::File expected("models/llama_gqa_tied/expected.safetensors");
        QVERIFY(!(worstLogit(device, {}, expected) < 1e-3));
        QVERIFY(worstLogit(device, disabled, expected) < 1e-3);
    }

    void kernelWithoutReplacementMakesTheDeviceUnusable()
    {
        auto device = broken("rms_norm");
        const auto report = runSelfTest(*device, {});
        VERIFY_RESULT(report);
        QCOMPARE(report->disabled, DisabledKernels{"rms_norm"});
        QVERIFY(!report->failures.empty());
        QCOMPARE(report->failures[0].op, "rms_norm");
        QCOMPARE(report->failures[0].instead, "");
        QVERIFY(!report->usable());
    }

    void cancelStopsIt()
    {
        auto device = m_fixture.open();
        TaskContext task;
        task.cancel.cancel();
        const auto report = runSelfTest(*device, task);
        QVERIFY(!report);
        QCOMPARE(report.error().code, Errc::Cancelled);
    }

    void reportsAreKept()
    {
        auto device = m_fixture.open();
        QTemporaryDir folder;
        const std::filesystem::path path =
            std::filesystem::path(folder.path().toStdString()) / "made" / "here";
        QVERIFY(!loadSelfTest(*device, path));
        SelfTestReport report;
        report.device = "a \"device\"";
        report.driver = "driver";
        report.date = "2026-01-02T03:04:05Z";
        report.seconds = 1.5;
        report.passed = 7;
        report.failures = {
            {"linear", "linear.Q4_1", "one", 0.25, 1e-10, "linear_split.Q4_1"},
            {"rms_norm", "rms_norm", "two", std::numeric_limits<double>::infinity(), 1e-12, ""}};
        report.disabled = {"linear.Q4_1", "rms_norm"};
        VERIFY_RESULT(saveSelfTest(*device, path, report));
        const auto again = loadSelfTest(*device, path);
        QVERIFY(again);
        compareReports(*again, report);

        // A file that is damaged in any of these ways is as if there were none.
        std::filesystem::path file;
        for (const auto &entry : std::filesystem::directory_iterator(path))
            file = entry.path();
        for (const char *text : {"", "{", "[]", "null", R"({"device": 3})"}) {
            std::ofstream(file, std::ios::trunc) << text;
            QVERIFY2(!loadSelfTest(*device, path), text);
        }
    }

private:
    std::shared_ptr<gpu::Device> broken(std::string kernel, bool subgroups = true)
    {
        gpu::Device::Options options;
        options.subgroups = subgroups;
        options.breakKernel = std::move(kernel);
        return m_fixture.open(options);
    }

    static void compareReports(const SelfTestReport &a, const SelfTestReport &b)
    {
        QCOMPARE(a.device, b.device);
        QCOMPARE(a.driver, b.driver);
        QCOMPARE(a.date, b.date);
        QCOMPARE(a.seconds, b.seconds);
        QCOMPARE(a.passed, b.passed);
        QCOMPARE(a.disabled, b.disabled);
        QCOMPARE(a.usable(), b.usable());
        QCOMPARE(a.failures.size(), b.failures.size());
        for (size_t i = 0; i < a.failures.size(); ++i) {
            QCOMPARE(a.failures[i].op, b.failures[i].op);
            QCOMPARE(a.failures[i].kernel, b.failures[i].kernel);
            QCOMPARE(a.failures[i].testCase, b.failures[i].testCase);
            QCOMPARE(a.failures[i].nmse, b.failures[i].nmse);
            QCOMPARE(a.failures[i].bound, b.failures[i].bound);
            QCOMPARE(a.failures[i].instead, b.failures[i].instead);
        }
    }

    /// Largest difference of the model's logits to the recorded ones; infinity if the run fails (NaN).
    static double worstLogit(const std::shared_ptr<gpu::Device> &device, const DisabledKernels &disabled,
                             const golden::File &expected)
    {
        auto file = ModelFile::open(golden::dataPath("models/llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf"));
        auto model =
            DeviceModel::load(*file, createVulkanBackend(device, "vulkan:0", {MathTier::Fp32, disabled}), {});
        auto runner = Runner::create(*model, {{DType::F32, 1, 256}, true, 64});
        const auto values = expected.ints("ids_B");
        const std::vector<float> logits = expected.floats("logits_B");
        double worst = 0;
        const auto sink = [&](size_t, uint32_t position, std::span<const float> row) {
            for (size_t v = 0; v < row.size(); ++v)
                worst = std::max(worst, std::abs(double(row[v]) - logits[position * row.size() + v]));
        };
        const auto done =
            evaluateLogits(**runner, {std::vector<uint32_t>(values.begin(), values.end())}, false, sink, {});
        return done ? worst : std::numeric_limits<double>::infinity();
    }

    gpu::ValidatedDevice m_fixture;
};

QTEST_GUILESS_MAIN(TestSelfTest)
#include "tst_self_test.moc"
