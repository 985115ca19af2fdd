// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/golden_devices.h"
#include "tests/core/model/golden_model.h"

using namespace lathe;
using golden::Model;

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
        m_devices.open();
    }

    void cleanupTestCase()
    {
        m_devices.close();
    }

    void logits_data()
    {
        addRows("F32");
    }
    void logits()
    {
        const Model model = fetchModel();
        auto runner = makeRunner(model.gguf("F32"));
        const double error = std::max(golden::promptError(*runner, model), golden::longError(*runner, model));
        qInfo("largest error %.2g", error);
        QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
        m_devices.checkValidation();
    }

    void greedy_data()
    {
        addRows("F32");
    }
    void greedy()
    {
        const Model model = fetchModel();
        auto runner = makeRunner(model.gguf("F32"));
        const std::string difference = golden::greedyDifference(*runner, model, golden::Greedy::Certain);
        QVERIFY2(difference.empty(), difference.c_str());
        m_devices.checkValidation();
    }

    void halfWeights_data()
    {
        addRows("F16");
    }
    void halfWeights()
    {
        const Model model = fetchModel();
        auto runner = makeRunner(model.gguf("F16"));
        const double error = golden::promptError(*runner, model, "_f16w");
        QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
        m_devices.checkValidation();
    }

    void fusedEqualsUnfused_data()
    {
        addRows("F32");
    }
    void fusedEqualsUnfused()
    {
        const Model model = fetchModel();
        auto fused = makeRunner(model.gguf("F32")), unfused = makeRunner(model.gguf("F32"), false);
        const double difference = golden::relativeDifference(*fused, *unfused, model.ids("ids_A"));
        QVERIFY2(difference <= 1e-5, qPrintable(QString::number(difference)));
        QVERIFY(fused->lastDispatches() < unfused->lastDispatches());
        m_devices.checkValidation();
    }

private:
    static std::filesystem::path modelsFolder()
    {
        const QByteArray given = qgetenv("LATHE_GOLDEN_MODELS");
        return given.isEmpty() ? golden::dataPath("models") : std::filesystem::path(given.toStdString());
    }

    static void addRows(const char *type)
    {
        std::vector<std::string> folders;
        for (const auto &entry : std::filesystem::directory_iterator(modelsFolder())) {
            if (exists(entry.path() / "expected.safetensors") && exists(Model(entry.path()).gguf(type)))
                folders.push_back(entry.path());
        }
        std::ranges::sort(folders);
        QVERIFY2(!folders.empty(), "no model with weights of this type");
        golden::GoldenDevices::addRows("folder", folders);
    }

    static Model fetchModel()
    {
        QFETCH(QString, folder);
        return Model(folder.toStdString());
    }

    std::unique_ptr<Runner> makeRunner(const std::filesystem::path &file, bool fused = true)
    {
        QFETCH(QString, device);
        return golden::makeRunner(file, m_devices[device], fused);
    }

    golden::GoldenDevices m_devices;
};

QTEST_GUILESS_MAIN(TestModelFamilies)
#include "tst_model_families.moc"
