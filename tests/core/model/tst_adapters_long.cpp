// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/merge.h"
#include "tests/core/model/smollm2.h"

#include <QTemporaryDir>

#include <filesystem>

using namespace lathe;

namespace {

/// The adapters of one recorded state, with their scales.
struct Recorded {
    const char *name;
    std::vector<std::pair<const char *, double>> adapters;
};

const std::vector<Recorded> &states()
{
    static const std::vector<Recorded> kAll{{"base", {}},
                                            {"alpha", {{"alpha", 1}}},
                                            {"beta", {{"beta", 1}}},
                                            {"alpha_plus_beta", {{"alpha", 1}, {"beta", 1}}},
                                            {"alpha_scaled_half", {{"alpha", 0.5}}},
                                            {"beta_merged", {{"beta", 1}}}};
    return kAll;
}

} // namespace

/// Two adapters of the default model against what PEFT computed with them, from PEFT folders and GGUF files.
/// LATHE_GOLDEN_ADAPTERS names a folder with alpha/, beta/, alpha-lora.gguf, beta-lora.gguf, info.json and
/// expected.safetensors.
class TestAdaptersLong : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (qEnvironmentVariableIsEmpty("LATHE_GOLDEN_ADAPTERS"))
            QSKIP("LATHE_GOLDEN_ADAPTERS is not set to a folder of adapters");
        m_folder = qEnvironmentVariable("LATHE_GOLDEN_ADAPTERS").toStdString();
        m_device = m_fixture.open();
        QVERIFY2(m_device, "no Vulkan device: install mesa-vulkan-drivers");
        const auto file = smollm2::openModel();
        m_models["cpu"] = smollm2::load(file, createHostBackend(HostRung::Cpu));
        m_models["vulkan"] = smollm2::load(file, createVulkanBackend(m_device, "vulkan:0"));
        for (const auto &[device, model] : m_models)
            m_runners[device] = smollm2::makeRunner(model, 64);
    }
    void cleanupTestCase()
    {
        m_runners.clear();
        m_models.clear();
        m_device.reset();
    }

    void logprobs_data()
    {
        QTest::addColumn<QString>("device");
        QTest::addColumn<bool>("peft");
        QTest::addColumn<int>("state");
        for (const QString device : {"cpu", "vulkan"})
            for (const bool peft : {true, false})
                for (int state = 0; state < int(states().size()); ++state)
                    QTest::newRow(
                        qPrintable(QString("%1 %2 %3")
                                       .arg(device, peft ? "peft" : "gguf", states()[size_t(state)].name)))
                        << device << peft << state;
    }
    void logprobs()
    {
        QFETCH(QString, device);
        QFETCH(bool, peft);
        QFETCH(int, state);
        const Recorded &wanted = states()[size_t(state)];
        Runner &runner = *m_runners[device];
        if (!m_first.contains(device))
            m_first[device] = logits(runner, 0);
        std::vector<std::shared_ptr<const DeviceAdapter>> adapters;
        for (const auto &[name, scale] : wanted.adapters) {
            const auto path = m_folder / (peft ? std::string(name) : std::string(name) + "-lora.gguf");
            const auto adapter = loadAdapter(m_models[device], path, scale, {});
            QVERIFY2(adapter, adapter ? "" : adapter.error().message().c_str());
            adapters.push_back(*adapter);
        }
        QVERIFY(runner.setAdapters(adapters));
        for (const int prompt : {0, 1}) {
            const double error = worstLogprob(runner, wanted.name, prompt);
            qInfo("prompt %d: log-probabilities within %.2g", prompt, error);
            QVERIFY(error < 0.02); // the figure
        }
        QVERIFY(runner.setAdapters({}));
        QVERIFY(logits(runner, 0) == m_first[device]); // bit for bit
    }

    /// The same adapter merged into the weights; those that change are F16 then.
    void merged_data()
    {
        QTest::addColumn<QString>("device");
        QTest::addColumn<bool>("peft");
        for (const QString device : {"cpu", "vulkan"})
            for (const bool peft : {true, false})
                QTest::newRow(qPrintable(device + (peft ? " peft" : " gguf"))) << device << peft;
    }
    void merged()
    {
        QFETCH(QString, device);
        QFETCH(bool, peft);
        QTemporaryDir scratch;
        const auto out = std::filesystem::path(scratch.path().toStdString()) / "merged.gguf";
        const auto base = smollm2::openModel();
        const auto lora = LoraFile::open(m_folder / (peft ? "beta" : "beta-lora.gguf"));
        QVERIFY2(lora, lora ? "" : lora.error().message().c_str());
        const std::vector adapters{Adapter::create(*base, *lora, 1).value()};
        const auto written = mergeModel(*base, adapters, out, {}, {});
        QVERIFY2(written, written ? "" : written.error().message().c_str());
        const auto backend =
            device == "cpu" ? createHostBackend(HostRung::Cpu) : createVulkanBackend(m_device, "vulkan:0");
        const auto runner = smollm2::makeRunner(smollm2::load(ModelFile::open(out).value(), backend), 64);
        for (const int prompt : {0, 1}) {
            const double error = worstLogprob(*runner, "beta_merged", prompt);
            qInfo("prompt %d: log-probabilities within %.2g", prompt, error);
            QVERIFY(error < 0.02); // the figure
        }
    }

private:
    std::vector<uint32_t> ids(int prompt) const
    {
        const auto text = readText(m_folder / "info.json");
        return nlohmann::json::parse(text.value()).at("prompts").at(size_t(prompt)).at("ids");
    }

    std::vector<std::vector<float>> logits(Runner &runner, int prompt) const
    {
        std::vector<std::vector<float>> rows;
        const auto sink = [&](size_t, uint32_t, std::span<const float> row) {
            rows.emplace_back(row.begin(), row.end());
        };
        const auto done = evaluateLogits(runner, {ids(prompt)}, false, sink, {});
        if (!done)
            throw std::runtime_error(done.error().message());
        return rows;
    }

    double worstLogprob(Runner &runner, const std::string &state, int prompt) const
    {
        const golden::File recorded(m_folder / "expected.safetensors");
        const std::string name = state + ".p" + std::to_string(prompt) + ".top32_";
        const auto topIds = recorded.ints(name + "ids");
        const auto topLogprobs = recorded.floats(name + "logprobs");
        const auto rows = logits(runner, prompt);
        if (topIds.size() != rows.size() * 32)
            return INFINITY;
        double worst = 0;
        for (size_t row = 0; row < rows.size(); ++row) {
            const double sum = smollm2::logSumExp(rows[row]);
            for (size_t i = row * 32; i < (row + 1) * 32; ++i) {
                const double error = std::abs(rows[row][size_t(topIds[i])] - sum - topLogprobs[i]);
                worst = error <= worst ? worst : error; // NaN stays
            }
        }
        return worst;
    }

    std::filesystem::path m_folder;
    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device;
    std::map<QString, std::shared_ptr<const DeviceModel>> m_models;
    std::map<QString, std::unique_ptr<Runner>> m_runners;
    std::map<QString, std::vector<std::vector<float>>> m_first;
};

QTEST_GUILESS_MAIN(TestAdaptersLong)
#include "tst_adapters_long.moc"
