// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/evaluate.h"
#include "core/graph/host_backend.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/golden.h"
#include "tests/core/gpu/gpu_fixture.h"

#include <algorithm>
#include <cmath>

using namespace lathe;
using Ids = std::vector<uint32_t>;
using Rows = std::vector<std::vector<float>>;

/// The llama goldens against transformers on every device: logits within 1e-3 (F32 files, fp32 arithmetic;
/// the figure), greedy tokens, ragged batches, fused against unfused, captures, substitution, two
/// parts.
class TestModelGolden : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
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

    void logits_data() { addRows(); }
    void logits()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto runner = makeRunner(model, device, 1);
        for (const char *which : {"A", "B"}) {
            const Rows rows = run(*runner, {ids(model, std::string("ids_") + which)}, false)[0];
            QVERIFY2(worst(rows, model, std::string("logits_") + which, 0) < 1e-3, which);
        }
        const Ids longIds = ids(model, "ids_long");
        const Rows rows = run(*runner, {longIds}, false)[0];
        QVERIFY(worst(rows, model, "logits_long_last8", longIds.size() - 8) < 1e-3);
        checkValidation();
    }

    void greedy_data() { addRows(); }
    void greedy()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto runner = makeRunner(model, device, 1);
        for (const char *which : {"A", "B"}) {
            Ids all = ids(model, std::string("ids_") + which);
            const Ids expected = ids(model, std::string("greedy_") + which);
            std::vector<float> logits = run(*runner, {all}, true)[0][0];
            for (const uint32_t token : expected) {
                const auto best = uint32_t(std::max_element(logits.begin(), logits.end()) - logits.begin());
                QCOMPARE(best, token);
                const StepToken next{token, uint32_t(all.size()), 0};
                const uint32_t row = 0;
                all.push_back(token);
                const auto done = runner->step(std::span(&next, 1), std::span(&row, 1), logits, {});
                QVERIFY2(done, done ? "" : done.error().message().c_str());
            }
        }
        checkValidation();
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
        const std::vector<float> left = file(model).floats("batch_left_logits");
        const std::vector<float> right = file(model).floats("batch_right_last_logits");
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
            // The whole prompt at once, then token by token: both shape classes of a chat.
            const Ids prompt = ids(model, which);
            for (const bool whole : {true, false}) {
                const Rows a = whole ? run(*fused, {prompt}, false)[0] : stepByStep(*fused, prompt);
                const Rows b = whole ? run(*unfused, {prompt}, false)[0] : stepByStep(*unfused, prompt);
                float largest = 0, difference = 0;
                for (size_t t = 0; t < a.size(); ++t)
                    for (size_t v = 0; v < a[t].size(); ++v) {
                        largest = std::max(largest, std::abs(b[t][v]));
                        difference = std::max(difference, std::abs(a[t][v] - b[t][v]));
                    }
                QVERIFY2(difference <= 1e-5f * largest, qPrintable(QString::number(difference / largest)));
            }
        }
        QVERIFY(fused->lastDispatches() < unfused->lastDispatches());
        checkValidation();
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
        const std::vector<float> hidden = file(model).floats("hidden_A"); // [layers + 1][T][hidden]
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
        checkValidation();
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
        Backend &backend = *m_backends[device.toStdString()];
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
        checkValidation();
    }

    void twoPartsGiveEqualLogits_data() { addRows(); }
    void twoPartsGiveEqualLogits()
    {
        QFETCH(QString, model);
        QFETCH(QString, device);
        auto whole = makeRunner(model, device, 1);
        const Ids prompt = ids(model, "ids_B");
        const Rows expected = run(*whole, {prompt}, false)[0];
        std::shared_ptr<Backend> second = m_backends[device.toStdString()];
        std::shared_ptr<gpu::Device> again;
        if (device == "vulkan") {
            again = m_fixture.open();
            second = createVulkanBackend(again, "vulkan:0");
        }
        const auto layers = uint32_t(whole->model().config().layers.size());
        for (uint32_t cut = 1; cut < layers; ++cut) {
            auto loaded = DeviceModel::load(
                whole->model().sharedFile(),
                {{m_backends[device.toStdString()], {0, cut}}, {second, {cut, layers}}}, {});
            QVERIFY2(loaded, loaded ? "" : loaded.error().message().c_str());
            auto runner = Runner::create(*loaded, {{DType::F32, 1, 256}, true, 64});
            QVERIFY(runner);
            QCOMPARE(run(**runner, {prompt}, false)[0], expected);
        }
        checkValidation();
    }

    void halfCache()
    {
        for (const char *device : {"reference", "cpu", "vulkan"}) {
            auto loaded = load("llama_gqa_tied", device);
            auto runner = Runner::create(loaded, {{DType::F16, 1, 256}, true, 64});
            QVERIFY(runner);
            const Rows rows = run(**runner, {ids("llama_gqa_tied", "ids_B")}, false)[0];
            // Keys and values of about 1 rounded to 11 bits move logits of about 1 by some 1e-3.
            QVERIFY(worst(rows, "llama_gqa_tied", "logits_B", 0) < 2e-2);
            QVERIFY(worst(rows, "llama_gqa_tied", "logits_B", 0) > 1e-6);
        }
        checkValidation();
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
        const auto uploaded = m_backends[device.toStdString()]->upload(std::span(&source, 1));
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
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("device");
        for (const char *model : {"llama_gqa_tied", "llama_rope3", "llama_untied"})
            for (const char *device : {"reference", "cpu", "vulkan"})
                QTest::addRow("%s %s", model, device) << model << device;
    }

    golden::File &file(const QString &model)
    {
        auto &slot = m_files[model.toStdString()];
        if (!slot)
            slot = std::make_unique<golden::File>("models/" + model.toStdString() + "/expected.safetensors");
        return *slot;
    }

    Ids ids(const QString &model, const std::string &name)
    {
        const auto values = file(model).ints(name);
        return {values.begin(), values.end()};
    }

    std::shared_ptr<const DeviceModel> load(const QString &model, const QString &device)
    {
        const std::string name = model.toStdString();
        auto opened = ModelFile::open(golden::dataPath("models/" + name + "/gguf/" + name + "-F32.gguf"));
        if (!opened)
            qFatal("%s", opened.error().message().c_str());
        auto loaded = DeviceModel::load(*opened, m_backends[device.toStdString()], {});
        if (!loaded)
            qFatal("%s", loaded.error().message().c_str());
        return *loaded;
    }

    std::unique_ptr<Runner> makeRunner(const QString &model, const QString &device, uint32_t sequences,
                                       bool fused = true)
    {
        auto runner = Runner::create(load(model, device), {{DType::F32, sequences, 256}, fused, 64});
        if (!runner)
            qFatal("%s", runner.error().message().c_str());
        return std::move(*runner);
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

    static Rows stepByStep(Runner &runner, const Ids &prompt)
    {
        Rows rows;
        for (uint32_t i = 0; i < prompt.size(); ++i) {
            const StepToken token{prompt[i], i, 0};
            const uint32_t row = 0;
            rows.emplace_back(runner.model().config().vocabulary);
            const auto done = runner.step(std::span(&token, 1), std::span(&row, 1), rows.back(), {});
            if (!done)
                qFatal("%s", done.error().message().c_str());
        }
        return rows;
    }

    /// Largest difference of rows[skip …] to a recorded tensor.
    double worst(const Rows &rows, const QString &model, const std::string &name, size_t skip)
    {
        const std::vector<float> expected = file(model).floats(name);
        const size_t cols = rows[0].size();
        if (expected.size() != (rows.size() - skip) * cols)
            return 1e30;
        double difference = 0;
        for (size_t i = 0; i < expected.size(); ++i)
            difference =
                std::max(difference, std::abs(double(rows[skip + i / cols][i % cols]) - expected[i]));
        return difference;
    }

    void checkValidation()
    {
        const auto messages = m_fixture.takeMessages();
        QVERIFY2(messages.empty(), messages.empty() ? "" : messages.front().c_str());
    }

    gpu::ValidatedDevice m_fixture;
    std::shared_ptr<gpu::Device> m_device;
    std::map<std::string, std::shared_ptr<Backend>> m_backends;
    std::map<std::string, std::unique_ptr<golden::File>> m_files;
};

QTEST_GUILESS_MAIN(TestModelGolden)
#include "tst_model_golden.moc"
