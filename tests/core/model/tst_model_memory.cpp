// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/session.h" // before Qt, which takes the word "slots"
#include "core/graph/host_backend.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/golden.h"
#include "tests/core/gpu/gpu_fixture.h"
#include "tests/core/model/memory_check.h"

using namespace lathe;

namespace {

/// The host with a budget of our choice, which counts the cache tensors that are asked for.
class SmallBackend final : public Backend
{
public:
    uint64_t budget = 0;
    int states = 0;

    std::string_view id() const override { return m_host->id(); }
    std::string_view name() const override { return "a small device"; }
    std::string_view math() const override { return m_host->math(); }
    BackendMemory memory() const override
    {
        BackendMemory memory = m_host->memory();
        memory.budget = budget;
        return memory;
    }
    Result<std::vector<WeightPtr>> upload(std::span<const WeightSource> group) override
    {
        return m_host->upload(group);
    }
    Result<StatePtr> createState(DType type, uint32_t rows, uint32_t cols, std::string_view what) override
    {
        ++states;
        return m_host->createState(type, rows, cols, what);
    }
    Result<std::unique_ptr<Program>> compile(const Graph &graph, const ProgramBindings &bindings,
                                             const ProgramOptions &options) override
    {
        return m_host->compile(graph, bindings, options);
    }
    uint64_t weightBytes(const WeightSource &source) const override { return m_host->weightBytes(source); }
    uint64_t transferBytes() const override { return m_host->transferBytes(); }
    uint64_t arenaBytes(const Graph &graph, const ProgramOptions &options) const override
    {
        return m_host->arenaBytes(graph, options);
    }

private:
    std::shared_ptr<Backend> m_host = createHostBackend(HostRung::Cpu);
};

} // namespace

/// What a window says a model will take against what it took.
class TestModelMemory : public QObject
{
    Q_OBJECT

private slots:
    void chat_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("device");
        QTest::addColumn<uint32_t>("context");
        QTest::addColumn<int>("cacheType");
        for (const char *file : {"llama_gqa_tied-F32", "llama_gqa_tied-F16", "llama_untied-F32"})
            for (const char *device : {"cpu", "vulkan"})
                for (const uint32_t context : {64u, 512u})
                    for (const DType type : {DType::F32, DType::F16})
                        QTest::addRow("%s %s %u %s", file, device, context, dtypeInfo(type).name.data())
                            << file << device << context << int(type);
    }
    void chat()
    {
        QFETCH(QString, file);
        QFETCH(QString, device);
        QFETCH(uint32_t, context);
        QFETCH(int, cacheType);
        const QString folder = file.section('-', 0, 0);
        const auto opened = ModelFile::open(
            golden::dataPath(QString("models/%1/gguf/%2.gguf").arg(folder, file).toStdString()));
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        const gpu::ValidatedDevice fixture;
        const std::shared_ptr<Backend> backend = device == "cpu"
                                                     ? createHostBackend(HostRung::Cpu)
                                                     : createVulkanBackend(fixture.open(), "vulkan:0");
        std::string figures;
        const std::string wrong = memoryDifference(*opened, backend, {DType(cacheType), 1, context}, figures);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    /// The sum counts, not each tensor, and it is known before the first one is made.
    void aCacheThatDoesNotFitIsRefusedWhole()
    {
        const auto opened =
            ModelFile::open(golden::dataPath("models/llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf"));
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        const auto backend = std::make_shared<SmallBackend>();
        const LayerRange front{0, 2}, back{2, 4};
        const auto model = DeviceModel::load(*opened, {{backend, front}, {backend, back}}, {});
        VERIFY_RESULT(model);
        const RunnerOptions options{{DType::F32, 1, 512}, true, 64};
        constexpr uint64_t kCache = 2 * 4 * 512 * 32 * 4; // K and V, layers, tokens, 2 heads of 16, F32
        backend->budget = backend->memory().total() + kCache - 1;
        const auto refused = Runner::create(*model, options);
        QVERIFY(!refused);
        QCOMPARE(
            refused.error().message(),
            std::string("a small device: the KV cache of 512 tokens needs 524288 bytes, free are 524287; "
                        "use a smaller --ctx or --kv F16"));
        QCOMPARE(int(refused.error().code), int(Errc::OutOfMemory));
        QCOMPARE(backend->states, 0);
        backend->budget += 1;
        VERIFY_RESULT(Runner::create(*model, options));
        QCOMPARE(backend->states, 8);
    }

    /// A session takes all its memory when it is made: no answer makes the arena larger, short or long.
    void theArenaIsThereFromTheStart()
    {
        const auto opened =
            ModelFile::open(golden::dataPath("models/llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf"));
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        gpu::ValidatedDevice fixture;
        for (const auto &backend :
             {createHostBackend(HostRung::Cpu), createVulkanBackend(fixture.open(), "vulkan:0")}) {
            const auto model = DeviceModel::load(*opened, backend, {});
            VERIFY_RESULT(model);
            const auto session = Session::create(*model, {.context = 128});
            QVERIFY2(session, session ? "" : session.error().message().c_str());
            const uint64_t arena = backend->memory().arena;
            QVERIFY(arena > 0);
            for (const uint32_t tokens : {1u, 5u, 100u}) {
                GenerateRequest request;
                request.prompt.assign(tokens, 7);
                request.maxTokens = 3;
                request.ignoreEos = true;
                VERIFY_RESULT((*session)->generate(request, {}, {}));
                QCOMPARE(backend->memory().arena, arena);
            }
            TaskContext cancelled;
            cancelled.cancel.cancel();
            const auto none = Session::create(*model, {.context = 128}, cancelled);
            QVERIFY(!none && none.error().code == Errc::Cancelled);
        }
        VERIFY_SILENT(fixture);
    }

    /// Where a context is so long that attention is split, the parts are in the estimate and in the arena
    /// before a token comes so far.
    void longContextsHaveTheirScratch()
    {
        const auto opened =
            ModelFile::open(golden::dataPath("models/llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf"));
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        gpu::ValidatedDevice fixture;
        const auto backend = createVulkanBackend(fixture.open(), "vulkan:0");
        const uint64_t shortScratch = estimateMemory(**opened, *backend, {DType::F32, 1, 512}).scratch;
        const CacheShape cache{DType::F32, 1, 16384};
        const uint64_t scratch = estimateMemory(**opened, *backend, cache).scratch;
        QVERIFY(scratch > shortScratch);
        const auto model = DeviceModel::load(*opened, backend, {});
        VERIFY_RESULT(model);
        const auto runner = Runner::create(*model, {cache, true, 64});
        QVERIFY2(runner, runner ? "" : runner.error().message().c_str());
        VERIFY_RESULT((*runner)->warmUp({}));
        const uint64_t arena = backend->memory().arena;
        QCOMPARE(arena + backend->transferBytes(), scratch);
        std::vector<float> logits(opened.value()->config().vocabulary);
        const StepToken token{1, 16000, 0};
        const uint32_t row = 0;
        VERIFY_RESULT((*runner)->step(std::span(&token, 1), std::span(&row, 1), logits, {}));
        QCOMPARE(backend->memory().arena, arena);
        VERIFY_SILENT(fixture);
    }

    /// Programs take turns in one arena; it goes with the last of them.
    void programsShareOneArena()
    {
        const auto opened =
            ModelFile::open(golden::dataPath("models/llama_untied/gguf/llama_untied-F32.gguf"));
        QVERIFY2(opened, opened ? "" : opened.error().message().c_str());
        gpu::ValidatedDevice fixture;
        for (const auto &backend :
             {createHostBackend(HostRung::Cpu), createVulkanBackend(fixture.open(), "vulkan:0")}) {
            const auto model = DeviceModel::load(*opened, backend, {});
            QVERIFY(model);
            auto first = Runner::create(*model, {{DType::F32, 1, 64}, true, 64});
            QVERIFY(first);
            VERIFY_RESULT((*first)->warmUp({}));
            const uint64_t one = backend->memory().arena;
            QVERIFY(one > 0);
            {
                const auto second = Runner::create(*model, {{DType::F32, 1, 64}, true, 64});
                QVERIFY(second);
                VERIFY_RESULT((*second)->warmUp({}));
                QCOMPARE(backend->memory().arena, one);
                std::vector<float> a(opened.value()->config().vocabulary), b(a.size());
                for (uint32_t position = 0; position < 5; ++position) {
                    const StepToken token{position * 11 + 3, position, 0};
                    const uint32_t row = 0;
                    VERIFY_RESULT((*first)->step(std::span(&token, 1), std::span(&row, 1), a, {}));
                    VERIFY_RESULT((*second)->step(std::span(&token, 1), std::span(&row, 1), b, {}));
                    QCOMPARE(a, b);
                }
            }
            first->reset();
            QCOMPARE(backend->memory().arena, uint64_t(0));
        }
        VERIFY_SILENT(fixture);
    }
};

QTEST_GUILESS_MAIN(TestModelMemory)
#include "tst_model_memory.moc"
