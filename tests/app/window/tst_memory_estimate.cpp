// SPDX-License-Identifier: GPL-3.0-or-later
// The arithmetic of the open dialog and of the badges.
#include "app/desktop/dialogs/memory_estimate.h"
#include "app/desktop/style/numbers.h"

#include <QJsonObject>
#include <QLocale>
#include <QtTest>

using namespace lathe::desktop;

/// The default model's shape: 30 layers, 3 KV heads of 64.
static Inspection defaultModel()
{
    Inspection model;
    model.layers = 30;
    model.kvHeads = 3;
    model.headSize = 64;
    model.context = 8192;
    model.weightsBytes = 98'000'000;
    model.scratchBytes = 20'000'000;
    model.cacheBytesPerToken = {{"F32", 2 * 30 * 3 * 64 * 4}, {"F16", 2 * 30 * 3 * 64 * 2}};
    return model;
}

class TestMemoryEstimate : public QObject
{
    Q_OBJECT
private slots:
    void cacheHasThePublishedSize();
    void readsAnInspection();
    void variantsAreNamedByTheirFiles_data();
    void variantsAreNamedByTheirFiles();
    void fit_data();
    void fit();
    void longestContextIsTheLongest_data();
    void longestContextIsTheLongest();
    void standardContextIsTheModels();
};

void TestMemoryEstimate::cacheHasThePublishedSize()
{
    QLocale::setDefault(QLocale::c());
    const Inspection model = defaultModel();
    QCOMPARE(numbers::bytes(cacheBytes(model, 2048, "F32")), "94.4 MB");
    QCOMPARE(numbers::bytes(cacheBytes(model, 2048, "F16")), "47.2 MB");
    QCOMPARE(cacheBytes(model, 0, "F32"), 0u);
    QCOMPARE(cacheBytes(model, 2048, "Q9"), 0u);
}

void TestMemoryEstimate::readsAnInspection()
{
    const QJsonObject perToken{{"F32", 46080}, {"F16", 23040}};
    const QJsonObject json{
        {"path", "/m/a.gguf"},
        {"name", "A"},
        {"quantization", "Q4_1"},
        {"parameters", 134515008},
        {"fileBytes", 98362432},
        {"context", 8192},
        {"config", QJsonObject{{"layers", 30}, {"kvHeads", 3}, {"headSize", 64}}},
        {"memory", QJsonObject{{"weights", 98000000},
                               {"scratch", 2},
                               {"cacheBytesPerToken", perToken},
                               {"devices", QJsonArray{QJsonObject{
                                               {"device", "cpu"}, {"weights", 99000000}, {"scratch", 3}}}}}},
        {"tokenizer", QJsonObject{{"error", "no merges"}}}};
    const Inspection model = inspectionFromJson(json);
    QCOMPARE(model.title(), "a · Q4_1"); // by the file, not by what it calls itself
    QCOMPARE(model.fileBytes, 98362432u);
    QCOMPARE(model.weightsBytes, 98000000u);
    QCOMPARE(model.tokenizerError, "no merges");
    QCOMPARE(model.on("cpu").weightsBytes, 99000000u); // that device's
    QCOMPARE(model.on("cpu").scratchBytes, 3u);
    QCOMPARE(model.on("vulkan:0").weightsBytes, 98000000u); // not named
    // What the engine says per token is the formula of the shapes.
    QCOMPARE(cacheBytes(model, 1, "F32"), uint64_t(2 * model.layers * model.kvHeads * model.headSize * 4));
    QCOMPARE(cacheBytes(model, 1, "F16"), uint64_t(2 * model.layers * model.kvHeads * model.headSize * 2));
    // A name that says its type already does not say it twice; numbers that make no sense become 0.
    QCOMPARE(inspectionFromJson({{"name", "A-Q4_1"}, {"quantization", "Q4_1"}}).title(), "A-Q4_1");
    QCOMPARE(inspectionFromJson({{"fileBytes", -5}}).fileBytes, 0u);
}

void TestMemoryEstimate::variantsAreNamedByTheirFiles_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("name");
    QTest::newRow("dot") << "/m/SmolLM2-135M-Instruct.Q4_1.gguf"
                         << "Q4_1"
                         << "SmolLM2-135M-Instruct";
    QTest::newRow("dash, lower case") << "/m/phi-q4_k_m.gguf"
                                      << "Q4_K_M"
                                      << "phi";
    QTest::newRow("another type") << "/m/phi-Q8_0.gguf"
                                  << "Q4_1"
                                  << "phi-Q8_0";
    QTest::newRow("no type") << "/m/stories260k.gguf"
                             << "F32"
                             << "stories260k";
    QTest::newRow("a folder") << "/m/SmolLM2.v2"
                              << ""
                              << "SmolLM2.v2";
    QTest::newRow("a part") << "/m/phi-Q4_1-00002-of-00003.gguf"
                            << "Q4_1"
                            << "phi";
    QTest::newRow("only a type") << "/m/Q4_1.gguf"
                                 << "Q4_1"
                                 << "Q4_1";
    QTest::newRow("no path") << ""
                             << "Q4_1"
                             << "inner";
}

void TestMemoryEstimate::variantsAreNamedByTheirFiles()
{
    QFETCH(QString, path);
    QFETCH(QString, type);
    QTEST(variantName(path, type, "inner"), "name");
}

void TestMemoryEstimate::fit_data()
{
    QTest::addColumn<quint64>("need");
    QTest::addColumn<quint64>("inUse");
    QTest::addColumn<int>("fit");
    // Of a budget of 1,000: the limits are 85 % and 100 % of what is free.
    QTest::newRow("well below") << quint64(100) << quint64(0) << int(Fit::Fits);
    QTest::newRow("exactly 85 %") << quint64(850) << quint64(0) << int(Fit::Fits);
    QTest::newRow("above 85 %") << quint64(851) << quint64(0) << int(Fit::Tight);
    QTest::newRow("all") << quint64(1000) << quint64(0) << int(Fit::Tight);
    QTest::newRow("one too many") << quint64(1001) << quint64(0) << int(Fit::TooBig);
    QTest::newRow("in use counts") << quint64(500) << quint64(500) << int(Fit::Tight);
    QTest::newRow("in use beyond the budget") << quint64(1) << quint64(2000) << int(Fit::TooBig);
    QTest::newRow("nothing needed, nothing free") << quint64(0) << quint64(1000) << int(Fit::Fits);
}

void TestMemoryEstimate::fit()
{
    QFETCH(quint64, need);
    QFETCH(quint64, inUse);
    const MemoryEstimate memory{inUse, need, 0, 0, 1000};
    QTEST(int(memory.fit()), "fit");
}

void TestMemoryEstimate::longestContextIsTheLongest_data()
{
    QTest::addColumn<quint64>("budget");
    QTest::addColumn<int>("fit");
    for (const quint64 budget : {quint64(150'000'000), quint64(200'000'000), quint64(400'000'000)}) {
        for (const Fit fit : {Fit::Fits, Fit::Tight})
            QTest::addRow("%llu %d", budget, int(fit)) << budget << int(fit);
    }
}

void TestMemoryEstimate::longestContextIsTheLongest()
{
    QFETCH(quint64, budget);
    QFETCH(int, fit);
    const Inspection model = defaultModel();
    const int tokens = longestContext(model, "F32", budget, 0, Fit(fit));
    QVERIFY(tokens > 0);
    QVERIFY(int(estimateMemory(model, tokens, "F32", budget, 0).fit()) <= fit);
    // The next step of 256 would not do, or there is no longer one.
    QVERIFY(tokens == model.context ||
            int(estimateMemory(model, tokens + 256, "F32", budget, 0).fit()) > fit);
    // Half the bytes per token give at least as long a context.
    QVERIFY(longestContext(model, "F16", budget, 0, Fit(fit)) >= tokens);
    QCOMPARE(longestContext(model, "F32", 1000, 0, Fit(fit)), 0);
}

void TestMemoryEstimate::standardContextIsTheModels()
{
    Inspection model = defaultModel();
    QCOMPARE(standardContext(model), 2048);
    model.context = 512;
    QCOMPARE(standardContext(model), 512);
}

QTEST_MAIN(TestMemoryEstimate)
#include "tst_memory_estimate.moc"
