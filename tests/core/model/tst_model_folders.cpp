// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/golden_devices.h"
#include "tests/core/model/golden_folder.h"
#include "tests/core/model/golden_model.h"

#include <QTemporaryDir>

using namespace lathe;
using golden::Ids;
using golden::Model;
using golden::Rows;

/// Hugging Face folders against transformers: logits within 1e-3 (the figure for F32; the recorded
/// BF16 ones are fp32 arithmetic on the rounded weights, as ours), greedy tokens, shards, both key styles of
/// config.json, the same weights from GGUF. With LATHE_GOLDEN_MODELS in the environment the models of that
/// folder, else those of tests/data/models.
class TestModelFolders : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_scratch.isValid());
        m_devices.open();
    }

    void cleanupTestCase() { m_devices.close(); }

    void logits_data() { addRows(true); }
    void logits()
    {
        QFETCH(QString, variant);
        const Model model = fetchModel();
        auto runner = makeRunner();
        const bool rounded = variant.startsWith("hf_bf16");
        double error = golden::promptError(*runner, model, rounded ? "_bf16w" : "");
        if (!rounded)
            error = std::max(error, golden::longError(*runner, model));
        qInfo("largest error %.2g", error);
        QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
        m_devices.checkValidation();
    }

    void greedy_data() { addRows(false); }
    void greedy()
    {
        const Model model = fetchModel();
        auto runner = makeRunner();
        const std::string difference = golden::greedyDifference(*runner, model, golden::Greedy::Certain);
        QVERIFY2(difference.empty(), difference.c_str());
    }

    /// A GGUF file and a folder with the same weights give the same model.
    void sameAsGguf_data() { addModels(); }
    void sameAsGguf()
    {
        const Model model = fetchModel();
        const auto file = ModelFile::open(model.gguf("F32"));
        const auto folder = ModelFile::open(folderPath("hf"));
        QVERIFY2(file && folder, folder ? "" : folder.error().message().c_str());
        QCOMPARE((*folder)->weights().count(), (*file)->weights().count());
        QCOMPARE((*folder)->config().tied, (*file)->config().tied);
        QCOMPARE((*folder)->config().architecture, (*file)->config().architecture);
        QCOMPARE((*folder)->config().contextTrained, (*file)->config().contextTrained);
        const bool permuted = (*file)->config().rope.style == RopeStyle::Interleaved;
        for (uint32_t i = 0; i < (*file)->weights().count(); ++i) {
            const WeightTable::Entry &entry = (*file)->weights().entry(i);
            const auto other = (*folder)->weights().find(entry.layer, entry.role);
            QVERIFY2(other, entry.source.name.c_str());
            const WeightSource &source = (*folder)->weights().entry(*other).source;
            QCOMPARE(source.name, entry.source.name);
            QCOMPARE(source.rows, entry.source.rows);
            QCOMPARE(source.cols, entry.source.cols);
            if (permuted && (entry.role == Role::Query || entry.role == Role::Key))
                continue;
            const auto a = golden::need(readWeight(entry.source)), b = golden::need(readWeight(source));
            QVERIFY2(std::ranges::equal(a.view(), b.view()), source.nameInFile().c_str());
        }
        const Ids prompt = model.ids("ids_A");
        const Rows a = golden::logitsOf(*golden::makeRunner(model.gguf("F32"), m_devices["cpu"]), prompt);
        const Rows b = golden::logitsOf(*golden::makeRunner(folderPath("hf"), m_devices["cpu"]), prompt);
        const double difference = golden::largestDifference(a, b);
        // The order of sums within a head differs where rows are permuted, and a GGUF file has Llama 3's
        // frequency factors as F32: some 1e-7 of an angle, over 13 tokens.
        QVERIFY2(difference < 1e-4, qPrintable(QString::number(difference)));
    }

    /// The folders that have their config.json in the keys of transformers 4 too.
    void oldKeyStyle_data()
    {
        QTest::addColumn<QString>("folder");
        int rows = 0;
        for (const auto &folder : models()) {
            if (!exists(folder / "hf/config.v4.json"))
                continue;
            QTest::addRow("%s", folder.filename().c_str()) << folder.c_str();
            ++rows;
        }
        QVERIFY(rows > 0);
    }
    void oldKeyStyle()
    {
        const Model model = fetchModel();
        QFETCH(QString, folder);
        const std::filesystem::path configs = std::filesystem::path(folder.toStdString()) / "hf";
        const auto old = golden::withOldConfig(folderPath("hf"), configs, m_scratch.path().toStdString());
        const double error = golden::longError(*golden::makeRunner(old, m_devices["cpu"]), model);
        QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
    }

    /// config.json, the index and a safetensors file stand for their folder.
    void filesStandForTheirFolder()
    {
        const auto sharded = golden::folderOf(golden::dataPath("models/llama_gqa_tied"), "hf_sharded",
                                              m_scratch.path().toStdString());
        const auto whole = golden::need(ModelFile::open(sharded));
        for (const char *name :
             {"config.json", "model.safetensors.index.json", "model-00002-of-00004.safetensors"}) {
            const auto file = ModelFile::open(sharded / name);
            QVERIFY2(file, name);
            QCOMPARE((*file)->weights().count(), whole->weights().count());
            QCOMPARE(*(*file)->sha256(), *whole->sha256());
        }
        uint64_t bytes = 0;
        for (const auto &entry : std::filesystem::directory_iterator(sharded))
            bytes += entry.path().extension() == ".safetensors" ? entry.file_size() : 0;
        QCOMPARE(whole->fileBytes(), bytes);
        QCOMPARE(whole->parameters(), uint64_t(205376));
        QCOMPARE(whole->config().name, std::string("hf_sharded"));
        // To look at, a file stands for itself.
        using Need = ModelFile::Need;
        const auto shard = ModelFile::open(sharded / "model-00002-of-00004.safetensors", Need::Description);
        QVERIFY(shard && !(*shard)->hasConfig() && (*shard)->tensors().size() < whole->tensors().size());
        const auto config = ModelFile::open(sharded / "config.json", Need::Description);
        QVERIFY(config && (*config)->hasConfig() && (*config)->tensors().empty());
        QCOMPARE((*config)->parameters(), uint64_t(205376));
        QCOMPARE((*config)->weights().count(), whole->weights().count());
    }

private:
    static std::filesystem::path modelsFolder()
    {
        const QByteArray given = qgetenv("LATHE_GOLDEN_MODELS");
        return given.isEmpty() ? golden::dataPath("models") : std::filesystem::path(given.toStdString());
    }

    static std::vector<std::filesystem::path> models()
    {
        std::vector<std::filesystem::path> folders;
        for (const auto &entry : std::filesystem::directory_iterator(modelsFolder())) {
            if (golden::hasFolder(entry.path(), "hf"))
                folders.push_back(entry.path());
        }
        std::ranges::sort(folders);
        return folders;
    }

    static void addModels()
    {
        QTest::addColumn<QString>("folder");
        for (const auto &folder : models())
            QTest::addRow("%s", folder.filename().c_str()) << folder.c_str();
    }

    static void addRows(bool allVariants)
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("variant");
        QTest::addColumn<QString>("device");
        for (const auto &folder : models())
            for (const char *variant : {"hf", "hf_sharded", "hf_bf16", "hf_bf16_sharded"}) {
                if (variant != std::string("hf") && (!allVariants || !golden::hasFolder(folder, variant)))
                    continue;
                for (const char *device : {"reference", "cpu", "vulkan"})
                    QTest::addRow("%s %s %s", folder.filename().c_str(), variant, device)
                        << folder.c_str() << variant << device;
            }
    }

    static Model fetchModel()
    {
        QFETCH(QString, folder);
        return Model(folder.toStdString());
    }

    std::filesystem::path folderPath(const std::string &variant) const
    {
        QFETCH(QString, folder);
        return golden::folderOf(folder.toStdString(), variant, m_scratch.path().toStdString());
    }

    std::unique_ptr<Runner> makeRunner()
    {
        QFETCH(QString, variant);
        QFETCH(QString, device);
        return golden::makeRunner(folderPath(variant.toStdString()), m_devices[device]);
    }

    QTemporaryDir m_scratch;
    golden::GoldenDevices m_devices;
};

QTEST_GUILESS_MAIN(TestModelFolders)
#include "tst_model_folders.moc"
