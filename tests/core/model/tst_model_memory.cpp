// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/session.h" // before Qt, which takes the word "slots"
#include "core/graph/host_backend.h"
#include "core/graph/vulkan_backend.h"
#include "tests/core/golden.h"
#include "tests/core/gpu/gpu_fixture.h"
#include "tests/core/model/memory_check.h"

using namespace lathe;

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
