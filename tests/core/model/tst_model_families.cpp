// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/evaluate.h"
#include "core/graph/host_backend.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/gpu/gpu_fixture.h"
#include "tests/core/model/golden_model.h"

using namespace lathe;
using golden::Ids;
using golden::Model;
using golden::Rows;

/// A tiny model of each architecture against transformers: logits of F32 files within 1e-3 (the issue's
/// figure), greedy tokens, F16 files against the reference with weights rounded in the same way, fused
/// against unfused. With LATHE_GOLDEN_MODELS in the environment the models of that folder, else those of
/// tests/data/models.
class TestModelFamilies : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
#ifdef LATHE_NEEDS_GOLDEN_MODELS
        if (qEnvironmentVariableIsEmpty("LATHE_GOLDEN_MODELS"))
            QSKIP("LATHE_GOLDEN_MODELS is not set to a folder of models");
#endif
        m_device = m_fixture.open();
        QVERIFY2(m_device, "no Vulkan device: install mesa-vulkan-drivers");
        m_backends["reference"] = createHostBackend(HostRung::Reference);
        m_backends["cpu"] = createHostBackend(HostRung::Cpu);
        m_backends["vulkan"] = createVulkanBackend(m_device, "vulkan:0");
    }

    void cleanupTestCase()
    {
        m_backends.clear();
        m_device.reset();
    }

    void logits_data()
    {
        addRows("F32");
    }
    void logits()
    {
        const Model model = fetchModel();
        auto runner = makeRunner(model.gguf("F32"));
        double error = 0;
        for (const std::string which : {"A", "B"}) {
            const Rows rows = golden::logitsOf(*runner, model.ids("ids_" + which));
            error = std::max(error, model.worst(rows, "logits_" + which));
        }
        const Ids longIds = model.ids("ids_long");
        const Rows rows = golden::logitsOf(*runner, longIds);
        error = std::max(error, model.worst(rows, "logits_long_last8", longIds.size() - 8));
        qInfo("largest error %.2g", error);
        QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
        checkValidation();
    }

    void greedy_data()
    {
        addRows("F32");
    }
    void greedy()
    {
        const Model model = fetchModel();
        auto runner = makeRunner(model.gguf("F32"));
        for (const std::string which : {"A", "B"}) {
            const Ids prompt = model.ids("ids_" + which), expected = model.ids("greedy_" + which);
            const std::vector<double> margins = model.margins(which);
            const Rows rows = golden::logitsOf(*runner, prompt);
            const double error = model.worst(rows, "logits_" + which);
            std::vector<float> logits = rows.back();
            for (size_t i = 0; i < expected.size() && margins[i] > 2 * error; ++i) {
                const auto best = uint32_t(std::max_element(logits.begin(), logits.end()) - logits.begin());
                QCOMPARE(best, expected[i]);
                logits = golden::stepOf(*runner, best, uint32_t(prompt.size() + i));
            }
            QVERIFY(margins.front() > 2 * error); // or nothing was compared
        }
        checkValidation();
    }

    void halfWeights_data()
    {
        addRows("F16");
    }
    void halfWeights()
    {
        const Model model = fetchModel();
        auto runner = makeRunner(model.gguf("F16"));
        for (const std::string which : {"A", "B"}) {
            const Rows rows = golden::logitsOf(*runner, model.ids("ids_" + which));
            const double error = model.worst(rows, "logits_" + which + "_f16w");
            QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
        }
        checkValidation();
    }

    void fusedEqualsUnfused_data()
    {
        addRows("F32");
    }
    void fusedEqualsUnfused()
    {
        const Model model = fetchModel();
        auto fused = makeRunner(model.gguf("F32")), unfused = makeRunner(model.gguf("F32"), false);
        const Ids prompt = model.ids("ids_A");
        // The whole prompt at once, then token by token: both shape classes of a chat.
        compare(golden::logitsOf(*fused, prompt), golden::logitsOf(*unfused, prompt));
        Rows a, b;
        for (uint32_t i = 0; i < prompt.size(); ++i) {
            a.push_back(golden::stepOf(*fused, prompt[i], i));
            b.push_back(golden::stepOf(*unfused, prompt[i], i));
        }
        compare(a, b);
        QVERIFY(fused->lastDispatches() < unfused->lastDispatches());
        checkValidation();
    }

private:
    static std::filesystem::path modelsFolder()
    {
        const QByteArray given = qgetenv("LATHE_GOLDEN_MODELS");
        return given.isEmpty() ? golden::dataPath("models") : std::filesystem::path(given.toStdString());
    }

    static void addRows(const char *type)
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("device");
        std::vector<std::filesystem::path> folders;
        for (const auto &entry : std::filesystem::directory_iterator(modelsFolder())) {
            if (exists(entry.path() / "expected.safetensors") && exists(Model(entry.path()).gguf(type)))
                folders.push_back(entry.path());
        }
        std::ranges::sort(folders);
        if (folders.empty())
            QSKIP("no model with weights of this type");
        for (const auto &folder : folders)
            for (const char *device : {"reference", "cpu", "vulkan"})
                QTest::addRow("%s %s", folder.filename().c_str(), device) << folder.c_str() << device;
    }

    static Model fetchModel()
    {
        QFETCH(QString, folder);
        return Model(folder.toStdString());
    }

    std::unique_ptr<Runner> makeRunner(const std::filesystem::path &file, bool fused = true)
    {
        QFETCH(QString, device);
        return golden::makeRunner(file, m_backends[device.toStdString()], fused);
    }

    static void compare(const Rows &a, const Rows &b)
    {
        QCOMPARE(a.size(), b.size());
        float largest = 0, difference = 0;
        for (size_t t = 0; t < a.size(); ++t)
            for (size_t v = 0; v < a[t].size(); ++v) {
                largest = std::max(largest, std::abs(b[t][v]));
                difference = std::max(difference, std::abs(a[t][v] - b[t][v]));
            }
        QVERIFY2(difference <= 1e-5f * largest, qPrintable(QString::number(difference / largest)));
    }

    void checkValidation()
    {
        const auto messages = m_fixture.takeMessages();
        QVERIFY2(messages.empty(), messages.empty() ? "" : messages.front().c_str());
    }

    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device;
    std::map<std::string, std::shared_ptr<Backend>> m_backends;
};

QTEST_GUILESS_MAIN(TestModelFamilies)
#include "tst_model_families.moc"
