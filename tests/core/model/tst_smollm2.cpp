// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/smollm2.h"

using namespace lathe;

/// The default model against transformers, in few tokens; tst_smollm2_long has the rest.
class TestSmollm2 : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_device = m_fixture.open();
        QVERIFY2(m_device, "no Vulkan device: install mesa-vulkan-drivers");
        m_file = smollm2::openModel();
        m_vulkan = smollm2::load(m_file, createVulkanBackend(m_device, "vulkan:0"));
        m_cpu = smollm2::load(m_file, createHostBackend(HostRung::Cpu));
    }
    void cleanupTestCase()
    {
        m_vulkan.reset();
        m_device.reset();
    }
    void cleanup() { VERIFY_SILENT(m_fixture); }

    /// The bounds are the recording's own (manifest.json).
    void logprobs()
    {
        const auto error = smollm2::logitsError(*smollm2::makeRunner(m_vulkan, 64), "p1");
        qInfo("log-probabilities %.2g, log-sum-exp %.2g, last logits %.2g", error.topLogprob, error.logSumExp,
              error.lastLogits);
        QVERIFY(error.topLogprob < 2e-3);
        QVERIFY(error.lastLogits < 2e-3);
    }

    void greedyAnswer_data()
    {
        QTest::addColumn<QString>("device");
        QTest::newRow("cpu") << "cpu";
        QTest::newRow("vulkan") << "vulkan";
    }
    void greedyAnswer()
    {
        QFETCH(QString, device);
        const auto session = Session::create(device == "cpu" ? m_cpu : m_vulkan, {.context = 64});
        QVERIFY2(session, session ? "" : session.error().message().c_str());
        const nlohmann::json row = smollm2::readJson("greedy.json").at("rows").at(0);
        const std::string difference = smollm2::greedyDifference(**session, row);
        QVERIFY2(difference.empty(), difference.c_str());
    }

private:
    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device;
    std::shared_ptr<const ModelFile> m_file;
    std::shared_ptr<const DeviceModel> m_vulkan, m_cpu;
};

QTEST_GUILESS_MAIN(TestSmollm2)
#include "tst_smollm2.moc"
