// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/golden_devices.h"
#include "tests/core/model/golden_model.h"

using namespace lathe;
using golden::Ids;
using golden::Model;
using golden::Rows;

/// The llama goldens against transformers on every device: logits within 1e-3 (F32 files, fp32 arithmetic;
/// the figure), greedy tokens, ragged batches, fused against unfused, captures, substitution, two
/// parts.
class TestModelGolden : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_devices.open(); }

    void cleanupTestCase() { m_devices.close(); }

    void logits_data() { addRows(); }
    void logits()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto runner = makeRunner(model, device, 1);
        QVERIFY(golden::promptError(*runner, of(model)) < 1e-3);
        QVERIFY(golden::longError(*runner, of(model)) < 1e-3);
        m_devices.checkValidation();
    }

    void greedy_data() { addRows(); }
    void greedy()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto runner = makeRunner(model, device, 1);
        const std::string difference = golden::greedyDifference(*runner, of(model), golden::Greedy::All);
        QVERIFY2(difference.empty(), difference.c_str());
        m_devices.checkValidation();
    }

    void batch_data() { addRows(); }
    void batch()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto runner = makeRunner(model, device, 2);
        const Ids a = ids(model, "ids_A"), b = ids(model, "ids_B");
        const auto together = run(*runner, {a, b}, false);
        // The padded batches of transformers: row 0 is A, row 1 is B, both of B's length.
        const std::vector<float> left = of(model).expected().floats("batch_left_logits");
        const std::vector<float> right = of(model).expected().floats("batch_right_last_logits");
        const size_t vocabulary = together[0][0].size();
        for (size_t list = 0; list < 2; ++list) {
            const Rows &rows = together[list];
            const size_t padding = b.size() - rows.size();
            float difference = 0;
            for (size_t t = 0; t < rows.size(); ++t)
                for (size_t v = 0; v < vocabulary; ++v)
                    difference = std::max(
                        difference,
                        std::abs(rows[t][v] - left[((list * b.size()) + padding + t) * vocabulary + v]));
            for (size_t v = 0; v < vocabulary; ++v)
                difference = std::max(difference, std::abs(rows.back()[v] - right[list * vocabulary + v]));
            QVERIFY2(difference < 1e-3, qPrintable(QString::number(difference)));
        }
    }

    void fusedEqualsUnfused_data() { addRows(); }
    void fusedEqualsUnfused()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto fused = makeRunner(model, device, 1, true), unfused = makeRunner(model, device, 1, false);
        for (const char *which : {"ids_A", "ids_B"}) {
            const double difference = golden::relativeDifference(*fused, *unfused, ids(model, which));
            QVERIFY2(difference <= 1e-5, qPrintable(QString::number(difference)));
        }
        QVERIFY(fused->lastDispatches() < unfused->lastDispatches());
        m_devices.checkValidation();
    }

    void captureReturnsTheInputOfALinear_data() { addRows(); }
    void captureReturnsTheInputOfALinear()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto runner = makeRunner(model, device, 1);
        const Ids prompt = ids(model, "ids_A");
        std::vector<StepToken> step;
        for (uint32_t i = 0; i < prompt.size(); ++i)
            step.push_back({prompt[i], i, 0});
        const std::vector<float> hidden = of(model).expected().floats("hidden_A"); // [layers + 1][T][hidden]
        const size_t layers = runner->model().config().layers.size();
        const size_t width = runner->model().config().hidden, plane = prompt.size() * width;
        std::vector<Runner::Capture> captures{{"output", true, {}, 0}, {"blk.1.attn_q", true, {}, 0}};
        std::vector<uint32_t> rows(prompt.size());
        for (uint32_t i = 0; i < rows.size(); ++i)
            rows[i] = i;
        std::vector<float> logits(prompt.size() * runner->model().config().vocabulary);
        const auto done = runner->step(step, rows, logits, {}, captures);
        QVERIFY2(done, done ? "" : done.error().message().c_str());
        // The head's input is the last hidden state (after the final norm); layer 1's query sees the normed
        // hidden state 1 (entry k is the residual stream after block k).
        for (size_t i = 0; i < plane; ++i)
            QVERIFY(std::abs(captures[0].values[i] - hidden[layers * plane + i]) < 1e-3f);
        const auto &weights = runner->model().file().weights();
        const WeightSource &norm = weights.entry(*weights.find(1, Role::AttentionNorm)).source;
        const float *g = reinterpret_cast<const float *>(norm.data.data());
        for (size_t t = 0; t < prompt.size(); ++t) {
            const float *x = hidden.data() + plane + t * width;
            double squares = 0;
            for (size_t i = 0; i < width; ++i)
                squares += double(x[i]) * x[i];
            const double scale = 1 / std::sqrt(squares / double(width) + runner->model().config().normEps);
            for (size_t i = 0; i < width; ++i)
                QVERIFY(std::abs(captures[1].values[t * width + i] - x[i] * scale * g[i]) < 1e-3);
        }
        m_devices.checkValidation();
    }

    void substitutionChangesOneTensorOnly_data() { addRows(); }
    void substitutionChangesOneTensorOnly()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto runner = makeRunner(model, device, 1);
        const Ids prompt = ids(model, "ids_A");
        const Rows before = run(*runner, {prompt}, true)[0];
        const auto &table = runner->model().file().weights();
        const uint32_t number = *table.find(1, Role::Key);
        WeightSource source = table.entry(number).source;
        std::vector<std::byte> doubled(source.data.begin(), source.data.end());
        for (size_t i = 0; i < doubled.size(); i += sizeof(float)) {
            const float twice = 2 * loadLe<float>(&doubled[i]);
            std::memcpy(&doubled[i], &twice, sizeof twice);
        }
        source.data = doubled;
        Backend &backend = *m_devices[device];
        const uint64_t held = backend.memory().weights;
        const auto uploaded = backend.upload(std::span(&source, 1));
        QVERIFY(uploaded);
        const uint64_t added = backend.memory().weights - held;
        QVERIFY(runner->substitute(number, uploaded->front()));
        const Rows changed = run(*runner, {prompt}, true)[0];
        QVERIFY(changed != before);
        QCOMPARE(backend.memory().weights, held + added); // nothing else went up
        QVERIFY(runner->substitute(number, nullptr));
        QCOMPARE(run(*runner, {prompt}, true)[0], before); // bit for bit
        m_devices.checkValidation();
    }

    void twoPartsGiveEqualLogits_data() { addRows(); }
    void twoPartsGiveEqualLogits()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto whole = makeRunner(model, device, 1);
        const Ids prompt = ids(model, "ids_B");
        const Rows expected = run(*whole, {prompt}, false)[0];
        std::shared_ptr<Backend> second = m_devices[device];
        std::shared_ptr<gpu::Device> again;
        if (device == "vulkan") {
            again = m_devices.validated().open();
            second = createVulkanBackend(again, "vulkan:0");
        }
        const auto layers = uint32_t(whole->model().config().layers.size());
        for (uint32_t cut = 1; cut < layers; ++cut) {
            auto loaded = DeviceModel::load(whole->model().sharedFile(),
                                            {{m_devices[device], {0, cut}}, {second, {cut, layers}}}, {});
            QVERIFY2(loaded, loaded ? "" : loaded.error().message().c_str());
            auto runner = Runner::create(*loaded, {{DType::F32, 1, 256}, true, 64});
            QVERIFY(runner);
            QCOMPARE(run(**runner, {prompt}, false)[0], expected);
        }
        m_devices.checkValidation();
    }

    void halfCache()
    {
        for (const char *device : {"reference", "cpu", "vulkan"}) {
            auto loaded = load("llama_gqa_tied", device);
            auto runner = Runner::create(loaded, {{DType::F16, 1, 256}, true, 64});
            QVERIFY(runner);
            const Rows rows = run(**runner, {ids("llama_gqa_tied", "ids_B")}, false)[0];
            // Keys and values of about 1 rounded to 11 bits move logits of about 1 by some 1e-3.
            QVERIFY(of("llama_gqa_tied").worst(rows, "logits_B") < 2e-2);
            QVERIFY(of("llama_gqa_tied").worst(rows, "logits_B") > 1e-6);
        }
        m_devices.checkValidation();
    }

    void badStepsAreErrors()
    {
        auto runner = makeRunner("llama_gqa_tied", "cpu", 1);
        const uint32_t row = 0;
        std::vector<float> logits(512);
        const auto message = [&](StepToken token) {
            const auto done = runner->step(std::span(&token, 1), std::span(&row, 1), logits, {});
            return done ? std::string() : done.error().message();
        };
        QVERIFY(message({512, 0, 0}).find("outside the vocabulary of 512") != std::string::npos);
        QVERIFY(message({1, 256, 0}).find("beyond the context of 256") != std::string::npos);
        QVERIFY(!message({1, 0, 1}).empty());
        QCOMPARE(message({1, 0, 0}), std::string());
    }

    void notFiniteNamesTheLayer_data()
    {
        QTest::addColumn<QString>("device");
        for (const char *device : {"reference", "cpu", "vulkan"})
            QTest::newRow(device) << device;
    }
    void notFiniteNamesTheLayer()
    {
        QFETCH(QString, device);
        auto runner = makeRunner("llama_gqa_tied", device, 1);
        const auto &table = runner->model().file().weights();
        const uint32_t number = *table.find(2, Role::Down);
        WeightSource source = table.entry(number).source;
        std::vector<std::byte> broken(source.data.begin(), source.data.end());
        const float nan = std::numeric_limits<float>::quiet_NaN();
        std::memcpy(broken.data(), &nan, sizeof nan);
        source.data = broken;
        const auto uploaded = m_devices[device]->upload(std::span(&source, 1));
        QVERIFY(uploaded && runner->substitute(number, uploaded->front()));
        const StepToken token{5, 0, 0};
        const uint32_t row = 0;
        std::vector<float> logits(512);
        const auto done = runner->step(std::span(&token, 1), std::span(&row, 1), logits, {});
        QVERIFY(!done);
        QCOMPARE(done.error().code, Errc::Numeric);
        QVERIFY2(done.error().message().starts_with("blk.2.output: "), done.error().message().c_str());
    }

private:
    static void addRows()
    {
        golden::GoldenDevices::addRows("model", {"llama_gqa_tied", "llama_rope3", "llama_untied"});
    }

    const Model &of(const QString &name)
    {
        auto &slot = m_models[name];
        if (!slot)
            slot = std::make_unique<Model>(golden::dataPath("models/" + name.toStdString()));
        return *slot;
    }

    Ids ids(const QString &model, const std::string &name) { return of(model).ids(name); }

    std::shared_ptr<const DeviceModel> load(const QString &model, const QString &device)
    {
        return golden::need(
            DeviceModel::load(golden::need(ModelFile::open(of(model).gguf("F32"))), m_devices[device], {}));
    }

    std::unique_ptr<Runner> makeRunner(const QString &model, const QString &device, uint32_t sequences,
                                       bool fused = true)
    {
        return golden::need(Runner::create(load(model, device), {{DType::F32, sequences, 256}, fused, 64}));
    }

    static std::vector<Rows> run(Runner &runner, const std::vector<Ids> &lists, bool lastOnly)
    {
        std::vector<Rows> out(lists.size());
        const auto sink = [&](size_t list, uint32_t, std::span<const float> row) {
            out[list].emplace_back(row.begin(), row.end());
        };
        const auto done = evaluateLogits(runner, lists, lastOnly, sink, {});
        if (!done)
            qFatal("%s", done.error().message().c_str());
        return out;
    }

    golden::GoldenDevices m_devices;
    std::map<QString, std::unique_ptr<Model>> m_models;
};

QTEST_GUILESS_MAIN(TestModelGolden)
#include "tst_model_golden.moc"
