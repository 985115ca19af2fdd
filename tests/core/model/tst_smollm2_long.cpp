// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"
#include "tests/core/model/memory_check.h"
#include "tests/core/model/smollm2.h"

using namespace lathe;
using Ids = std::vector<uint32_t>;

/// The default model against everything recorded of it. Runs long: not part of CI.
class TestSmollm2Long : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_device = m_fixture.open();
        QVERIFY2(m_device, "no Vulkan device: install mesa-vulkan-drivers");
        m_file = smollm2::openModel();
        m_models["cpu"] = smollm2::load(m_file, createHostBackend(HostRung::Cpu));
        m_models["vulkan"] = smollm2::load(m_file, createVulkanBackend(m_device, "vulkan:0"));
    }
    void cleanupTestCase()
    {
        m_models.clear();
        m_device.reset();
    }
    void cleanup() { VERIFY_SILENT(m_fixture); }

    /// Every tensor, decoded, is bit for bit what the gguf package decodes.
    void decodedTensors()
    {
        const nlohmann::json tensors = smollm2::readJson("requant_sha256.json").at("tensors");
        QCOMPARE(m_file->tensors().size(), tensors.size());
        for (const ModelTensor &tensor : m_file->tensors()) {
            const nlohmann::json &recorded = tensors.at(tensor.name);
            const DTypeInfo &info = dtypeInfo(*dtypeFromName(tensor.type));
            QCOMPARE(std::string(info.name), recorded.at("gguf_type").get<std::string>());
            std::vector<float> values(tensor.elements());
            info.decode(tensor.data.data(), values.data(), values.size() / info.blockElements);
            const auto hash = sha256(std::as_bytes(std::span(values)));
            QVERIFY(hash);
            QVERIFY2(hex(*hash) == recorded.at("F32").get<std::string>(), tensor.name.c_str());
        }
    }

    void logprobs_data()
    {
        QTest::addColumn<QString>("device");
        QTest::addColumn<QString>("prompt");
        for (const QString device : {"cpu", "vulkan"})
            for (const QString prompt : {"p0", "p1", "p2"})
                QTest::newRow(qPrintable(device + " " + prompt)) << device << prompt;
    }
    void logprobs()
    {
        QFETCH(QString, device);
        QFETCH(QString, prompt);
        const auto runner = smollm2::makeRunner(m_models[device], 64);
        const auto error = smollm2::logitsError(*runner, prompt.toStdString());
        qInfo("log-probabilities %.2g, log-sum-exp %.2g, last logits %.2g", error.topLogprob, error.logSumExp,
              error.lastLogits);
        QVERIFY(error.topLogprob < 2e-3); // the recording's bounds (manifest.json)
        QVERIFY(error.lastLogits < 2e-3);
        QVERIFY(error.logSumExp < 2e-3);
    }

    void hiddenStates_data() { addDevices(); }
    void hiddenStates()
    {
        QFETCH(QString, device);
        const golden::File recorded("smollm2/logits.safetensors");
        const auto ids = recorded.ints("p0_ids");
        const auto hidden = recorded.floats("p0_hidden"); // [layers + 1][tokens][hidden]
        const auto runner = smollm2::makeRunner(m_models[device], 64);
        const ModelConfig &config = m_file->config();
        const size_t plane = ids.size() * config.hidden;
        std::vector<StepToken> step;
        std::vector<uint32_t> rows;
        for (uint32_t i = 0; i < ids.size(); ++i) {
            step.push_back({uint32_t(ids[i]), i, 0});
            rows.push_back(i);
        }
        std::vector<Runner::Capture> captures{{"embedding", false, {}, 0}};
        for (size_t layer = 0; layer + 1 < config.layers.size(); ++layer)
            captures.push_back({"blk." + std::to_string(layer) + ".output", false, {}, 0});
        captures.push_back({"output", true, {}, 0}); // the last recorded state comes after the final norm
        std::vector<float> logits(ids.size() * config.vocabulary);
        const auto done = runner->step(step, rows, logits, {}, captures);
        QVERIFY2(done, done ? "" : done.error().message().c_str());
        double worst = 0;
        for (size_t k = 0; k < captures.size(); ++k) {
            QCOMPARE(captures[k].values.size(), plane);
            double largest = 0, difference = 0;
            for (size_t i = 0; i < plane; ++i) {
                largest = std::max(largest, double(std::abs(hidden[k * plane + i])));
                difference =
                    std::max(difference, double(std::abs(captures[k].values[i] - hidden[k * plane + i])));
            }
            worst = std::max(worst, difference / largest);
        }
        qInfo("hidden states: %.2g of the largest value of a layer", worst);
        // F32 sums of up to 1,536 terms over 30 layers in another order: some hundred units in the last
        // place.
        QVERIFY(worst < 1e-4);
    }

    void greedyAnswers_data()
    {
        QTest::addColumn<QString>("device");
        QTest::addColumn<int>("row");
        for (const QString device : {"cpu", "vulkan"})
            for (int row = 0; row < 4; ++row)
                QTest::newRow(qPrintable(QString("%1 %2").arg(device).arg(row))) << device << row;
    }
    void greedyAnswers()
    {
        QFETCH(QString, device);
        QFETCH(int, row);
        const auto session = Session::create(m_models[device], {.context = 128});
        QVERIFY2(session, session ? "" : session.error().message().c_str());
        const std::string difference =
            smollm2::greedyDifference(**session, smollm2::readJson("greedy.json").at("rows").at(size_t(row)));
        QVERIFY2(difference.empty(), difference.c_str());
    }

    /// 700 tokens: Vulkan against the CPU, and window 0 of the recorded perplexity from the same logits.
    void longText()
    {
        constexpr size_t kTokens = 700, kWindow = 512;
        const golden::File recorded("smollm2/perplexity_nll.safetensors");
        const auto all = recorded.ints("ids");
        const auto nll = recorded.floats("nll");
        const Ids ids(all.begin(), all.begin() + kTokens);
        const size_t vocabulary = m_file->config().vocabulary;
        std::vector<float> onCpu(kTokens * vocabulary);
        double worst = 0;
        for (const QString device : {"cpu", "vulkan"}) {
            const bool first = device == "cpu";
            double worstNll = 0, total = 0, recordedTotal = 0;
            const auto sink = [&](size_t, uint32_t position, std::span<const float> logits) {
                float *other = onCpu.data() + position * vocabulary;
                if (first)
                    std::copy(logits.begin(), logits.end(), other);
                for (size_t i = 0; i < vocabulary; ++i)
                    worst = std::max(worst, double(std::abs(logits[i] - other[i])));
                if (position + 1 >= kWindow)
                    return;
                const double value = smollm2::logSumExp(logits) - logits[ids[position + 1]];
                worstNll = std::max(worstNll, std::abs(value - nll[position]));
                total += value;
                recordedTotal += nll[position];
            };
            QElapsedTimer timer;
            timer.start();
            const auto done =
                evaluateLogits(*smollm2::makeRunner(m_models[device], 1024), {ids}, false, sink, {});
            QVERIFY2(done, done ? "" : done.error().message().c_str());
            qInfo("%s: %.1f s, NLL of a token within %.2g, perplexity of window 0 %.6f, recorded %.6f",
                  qPrintable(device), double(timer.elapsed()) / 1000, worstNll,
                  std::exp(total / (kWindow - 1)), std::exp(recordedTotal / (kWindow - 1)));
            QVERIFY(worstNll < 2e-3);
            QVERIFY(std::abs(total - recordedTotal) / (kWindow - 1) < 1e-4);
        }
        qInfo("vulkan against cpu: %.2g", worst);
        QVERIFY(worst < 1e-3);
    }

    void memory_data()
    {
        QTest::addColumn<QString>("device");
        QTest::addColumn<uint32_t>("context");
        for (const QString device : {"cpu", "vulkan"})
            for (const uint32_t context : {64u, 4096u})
                QTest::newRow(qPrintable(QString("%1 %2").arg(device).arg(context))) << device << context;
    }
    void memory()
    {
        QFETCH(QString, device);
        QFETCH(uint32_t, context);
        const std::shared_ptr<Backend> backend = device == "cpu"
                                                     ? createHostBackend(HostRung::Cpu)
                                                     : createVulkanBackend(m_fixture.open(), "vulkan:0");
        std::string figures;
        const std::string wrong = memoryDifference(m_file, backend, {DType::F32, 1, context}, figures);
        qInfo("%s", figures.c_str());
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

private:
    static std::string hex(const Sha256 &hash)
    {
        return QByteArray(reinterpret_cast<const char *>(hash.data()), qsizetype(hash.size()))
            .toHex()
            .toStdString();
    }

    static void addDevices()
    {
        QTest::addColumn<QString>("device");
        QTest::newRow("cpu") << "cpu";
        QTest::newRow("vulkan") << "vulkan";
    }

    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device;
    std::shared_ptr<const ModelFile> m_file;
    std::map<QString, std::shared_ptr<const DeviceModel>> m_models;
};

QTEST_GUILESS_MAIN(TestSmollm2Long)
#include "tst_smollm2_long.moc"
