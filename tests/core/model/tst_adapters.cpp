// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/session.h"
#include "tests/core/model/golden_devices.h"
#include "tests/core/model/lora_recipes.h"
#include "tests/core/model/memory_check.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using golden::LoraMaker;
using golden::LoraRecipe;
using golden::recipes;

/// Adapters at run time against the same products merged into the weights on the reference: families whose
/// files order or fuse rows differently, both kinds of files, two adapters at once, switching back.
class TestAdapters : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_devices.open();
    }
    void cleanupTestCase() { m_devices.close(); }

    void merged_data()
    {
        QTest::addColumn<int>("recipe");
        QTest::addColumn<QString>("device");
        QTest::addColumn<bool>("fused");
        for (int i = 0; i < int(recipes().size()); ++i) {
            const std::string &model = recipes()[size_t(i)].model;
            for (const auto &[device, backend] : m_devices.all())
                QTest::newRow((model + " " + device.toStdString()).c_str()) << i << device << true;
            QTest::newRow((model + " unfused").c_str()) << i << "cpu" << false;
        }
    }
    void merged()
    {
        QFETCH(int, recipe);
        QFETCH(QString, device);
        QFETCH(bool, fused);
        const LoraRecipe &chosen = recipes()[size_t(recipe)];
        const golden::Model model(golden::dataPath("models/" + chosen.model));
        auto runner = golden::makeRunner(model.gguf("F32"), m_devices[device], fused);
        const ModelFile &file = runner->model().file();
        const golden::Ids ids = model.ids("ids_A");
        const golden::Rows base = golden::logitsOf(*runner, ids);

        const LoraMaker first(file, chosen, 1), second(file, chosen, 2);
        const std::filesystem::path folder = m_folder.path().toStdString() + "/" + chosen.model;
        first.writePeft(folder);
        const std::string bytes = second.ggufBytes();
        const auto one = load(*runner, golden::need(LoraFile::open(folder)), 1.0);
        const auto other = load(
            *runner, golden::need(LoraFile::parseGguf(std::as_bytes(std::span(bytes)), "adapter")), -0.5);

        QVERIFY(runner->setAdapters({one}));
        checkAgainst(*runner, model, {{&first, 1.0f}}, base);
        QVERIFY(runner->setAdapters({one, other}));
        checkAgainst(*runner, model, {{&first, 1.0f}, {&second, -0.5f}}, base);
        QVERIFY(runner->setAdapters({other}));
        checkAgainst(*runner, model, {{&second, -0.5f}}, base);
        QVERIFY(runner->setAdapters({}));
        QCOMPARE(golden::largestDifference(golden::logitsOf(*runner, ids), base), 0.0);
        m_devices.checkValidation();
    }

    void estimateCountsThem_data()
    {
        QTest::addColumn<QString>("device");
        QTest::newRow("cpu") << "cpu";
        QTest::newRow("vulkan") << "vulkan";
    }
    void estimateCountsThem()
    {
        QFETCH(QString, device);
        const auto backend = device == "cpu" ? createHostBackend(HostRung::Cpu)
                                             : createVulkanBackend(m_devices.validated().open(), "vulkan:0");
        const LoraRecipe &chosen = recipes().front();
        const golden::Model model(golden::dataPath("models/" + chosen.model));
        const auto file = golden::need(ModelFile::open(model.gguf("F32")));
        const std::string bytes = LoraMaker(*file, chosen, 3).ggufBytes();
        const auto lora = golden::need(LoraFile::parseGguf(std::as_bytes(std::span(bytes)), "adapter"));
        const auto adapter = golden::need(Adapter::create(*file, lora, 1));
        const MemoryEstimate estimate = estimateMemory(*file, *backend, {DType::F32, 1, 64}, {&adapter, 1});
        QVERIFY(estimate.weights > estimateMemory(*file, *backend, {DType::F32, 1, 64}).weights);
        const auto loaded = golden::need(DeviceModel::load(file, backend, {}));
        const auto onDevice = golden::need(DeviceAdapter::load(loaded, adapter, {}));
        const auto session = golden::need(Session::create(loaded, {.context = 64, .adapters = {onDevice}}));
        GenerateRequest request;
        request.prompt = {1, 2, 3};
        request.maxTokens = 2;
        request.ignoreEos = true;
        QVERIFY(session->generate(request, {}, {}));
        const BackendMemory held = backend->memory();
        QCOMPARE(held.weights, estimate.weights);
        QVERIFY(held.peak <= estimate.total() + estimate.total() / 10 + (2u << 20));
    }

    void anotherModelsAdapterIsRefused()
    {
        const LoraRecipe &chosen = recipes().front();
        const golden::Model model(golden::dataPath("models/" + chosen.model));
        auto a = golden::makeRunner(model.gguf("F32"), m_devices["cpu"]);
        auto b = golden::makeRunner(model.gguf("F32"), m_devices["cpu"]);
        const std::string bytes = LoraMaker(a->model().file(), chosen, 4).ggufBytes();
        const auto lora = golden::need(LoraFile::parseGguf(std::as_bytes(std::span(bytes)), "adapter"));
        const auto adapter = load(*a, lora, 1);
        QVERIFY(!b->setAdapters({adapter}));
        QVERIFY(a->setAdapters({adapter}));
    }

private:
    static std::shared_ptr<const DeviceAdapter>
    load(const Runner &runner, const std::shared_ptr<const LoraFile> &file, double scale)
    {
        // The model is shared, and outlives the runner only through it.
        const auto adapter = golden::need(Adapter::create(runner.model().file(), file, scale));
        return golden::need(DeviceAdapter::load(runner.sharedModel(), adapter, {}));
    }

    void checkAgainst(Runner &adapted, const golden::Model &model,
                      std::vector<std::pair<const LoraMaker *, float>> products, const golden::Rows &base)
    {
        std::map<std::string, std::vector<float>> weights;
        for (const auto &[maker, scale] : products)
            maker->mergeInto(weights, scale);
        const auto backend = m_devices["reference"];
        auto reference = golden::makeRunner(model.gguf("F32"), backend);
        const WeightTable &table = reference->model().file().weights();
        for (const auto &[name, values] : weights) {
            const uint32_t number = *table.findName(name);
            const WeightSource &own = table.entry(number).source;
            const WeightSource merged{name, DType::F32, own.rows, own.cols, std::as_bytes(std::span(values))};
            const auto uploaded = golden::need(backend->upload(std::span(&merged, 1)));
            QVERIFY(reference->substitute(number, uploaded.front()));
        }
        const golden::Ids ids = model.ids("ids_A");
        const golden::Rows expected = golden::logitsOf(*reference, ids);
        const double error = golden::largestDifference(golden::logitsOf(adapted, ids), expected);
        const double effect = golden::largestDifference(expected, base);
        qInfo("effect %.3g, error %.2g", effect, error);
        QVERIFY(effect > 0.1);
        QVERIFY2(error < 1e-3, qPrintable(QString::number(error)));
    }

    QTemporaryDir m_folder;
    golden::GoldenDevices m_devices;
};

QTEST_GUILESS_MAIN(TestAdapters)
#include "tst_adapters.moc"
