// SPDX-License-Identifier: GPL-3.0-or-later
#include "loaded_engine.h"

#include <QElapsedTimer>
#include <QTest>
#include <QThread>

#include <csignal>

class TestRpcModel : public QObject
{
    Q_OBJECT

private slots:
    void loads();
    void inspectsForEveryDevice();
    void loadErrors_data();
    void loadErrors();
    void greedyEqualsTheGolden_data();
    void greedyEqualsTheGolden();
    void sideBySide();
    void closeAndUnload();
    void closingFreesTheCacheBeforeItAnswers();
    void idsOutsideTheVocabulary();
    void renderAndCount();
    void killed();
};

void TestRpcModel::loads()
{
    EngineProcess engine;
    engine.greet();
    const int id = engine.request("model.load", {{"path", kTiny}, {"device", "cpu"}});
    const QJsonObject model = engine.response(id)["result"].toObject();
    QCOMPARE(model["architecture"].toString(), QString("llama"));
    QCOMPARE(model["bytes"].toInteger(), 836032);
    QCOMPARE(model["sha256"].toString().size(), 64);
    QCOMPARE(model["device"]["id"].toString(), QString("cpu"));
    QCOMPARE(model["device"]["kind"].toString(), QString("cpu"));
    QVERIFY(model["template"]["present"].toBool());
    QVERIFY(model["tokenizer"]["error"].isNull());
    QVERIFY(model["memory"]["weights"].toInteger() > 800000);
    QStringList stages;
    for (const QJsonObject &note : engine.notifications) {
        QCOMPARE(note["params"]["id"].toInt(), id);
        stages << note["params"]["stage"].toString();
    }
    QVERIFY(stages.contains("Checking the file"));
    QVERIFY(stages.contains("Loading weights"));
    const QJsonArray usage = engine.call("memory.usage")["result"]["devices"].toArray();
    QCOMPARE(usage.size(), 1);
    QCOMPARE(usage[0]["pools"]["weights"], model["memory"]["weights"]);
    const QJsonObject inspected =
        engine
            .call("model.inspect",
                  {{"path", kTiny}, {"device", "cpu"}, {"hash", true}, {"tensors", true}})["result"]
            .toObject();
    QCOMPARE(inspected["sha256"], model["sha256"]);
    QCOMPARE(inspected["tensors"].toArray().size(), 38);
    QCOMPARE(inspected["memory"]["fits"].toString(), QString("fits"));
    // 2 caches of 4 layers, 2 heads of 16 values each.
    QCOMPARE(inspected["memory"]["cache"].toInteger(),
             inspected["memory"]["cacheBytesPerToken"]["F32"].toInteger() * 512);
    QCOMPARE(inspected["memory"]["devices"].toArray(), QJsonArray());
}

void TestRpcModel::inspectsForEveryDevice()
{
    EngineProcess engine;
    engine.greet();
    const QJsonValue memory = engine.call(
        "model.inspect", {{"path", kTiny}, {"device", "cpu"}, {"everyDevice", true}})["result"]["memory"];
    const QJsonArray devices = engine.call("devices.list")["result"]["devices"].toArray();
    QCOMPARE(memory["devices"].toArray().size(), devices.size());
    for (qsizetype i = 0; i < devices.size(); ++i) {
        const QJsonValue on = memory["devices"][i];
        QCOMPARE(on["device"], devices[i]["id"]);
        QCOMPARE(on["total"].toInteger(),
                 on["weights"].toInteger() + on["cache"].toInteger() + on["scratch"].toInteger());
        QCOMPARE(on["budgetBytes"].toInteger() > on["total"].toInteger(), on["fits"] == "fits");
        if (on["device"] == "cpu")
            QCOMPARE(on["total"], memory["total"]);
    }
}

void TestRpcModel::loadErrors_data()
{
    QTest::addColumn<QJsonObject>("params");
    QTest::addColumn<int>("code");
    QTest::newRow("no file") << QJsonObject{{"path", "/none.gguf"}} << -32002;
    QTest::newRow("a folder without a model") << QJsonObject{{"path", kModels}} << -32002;
    QTest::newRow("not a model") << QJsonObject{{"path", kModels + "README.md"}} << -32001;
    QTest::newRow("no path") << QJsonObject{} << -32602;
    QTest::newRow("a device that is not there")
        << QJsonObject{{"path", kTiny}, {"device", "vulkan:99"}} << -32002;
    QTest::newRow("no device") << QJsonObject{{"path", kTiny}, {"device", "abacus"}} << -32002;
    QTest::newRow("context over the model's") << QJsonObject{{"path", kTiny}, {"context", 100000}} << -32001;
    QTest::newRow("cache type") << QJsonObject{{"path", kTiny}, {"kv", "Q7"}} << -32001;
}

void TestRpcModel::loadErrors()
{
    QFETCH(QJsonObject, params);
    QFETCH(int, code);
    EngineProcess engine;
    engine.greet();
    const QJsonObject response = engine.call("model.load", params);
    QCOMPARE(errorCode(response), code);
    QVERIFY(!errorPart(response, "subject").isEmpty());
    QVERIFY(!errorPart(response, "what").isEmpty());
}

void TestRpcModel::greedyEqualsTheGolden_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("device");
    for (const char *model : {"llama_gqa_tied", "llama_untied", "llama_rope3"}) {
        for (const char *device : {"cpu", "reference"})
            QTest::addRow("%s %s", model, device) << model << device;
    }
}

void TestRpcModel::greedyEqualsTheGolden()
{
    QFETCH(QString, model);
    QFETCH(QString, device);
    const QJsonObject expected = golden(model);
    EngineProcess engine;
    engine.greet();
    const QString path = kModels + model + "/gguf/" + model + "-F32.gguf";
    const QJsonObject loaded = engine.call("model.load", {{"path", path}, {"device", device}});
    QVERIFY2(errorCode(loaded) == 0, qPrintable(errorPart(loaded, "what")));
    const QJsonValue session =
        engine.call("session.create", {{"model", loaded["result"]["model"]}})["result"]["session"];
    for (const char *which : {"A", "B"}) {
        const QJsonObject answer = engine
                                       .call("session.generate", {{"session", session},
                                                                  {"ids", expected[QString("ids_") + which]},
                                                                  {"maxTokens", 24},
                                                                  {"ignoreEos", true}})["result"]
                                       .toObject();
        QCOMPARE(answer["ids"].toArray(), expected[QString("greedy_") + which].toArray());
        QCOMPARE(answer["finish"].toString(), QString("length"));
    }
}

void TestRpcModel::sideBySide()
{
    Loaded l;
    const QString other = l.open(512);
    const QJsonArray ids = golden("llama_gqa_tied")["ids_A"].toArray();
    const QJsonArray expected = golden("llama_gqa_tied")["greedy_A"].toArray();
    const QJsonObject params{{"ids", ids}, {"maxTokens", 24}, {"ignoreEos", true}};
    QJsonObject first = params, second = params;
    first["session"] = l.session;
    second["session"] = other;
    const int a = l.engine.request("session.generate", first);
    const int b = l.engine.request("session.generate", second);
    QHash<int, QJsonArray> answers;
    while (answers.size() < 2) {
        const QJsonObject message = l.engine.next();
        QVERIFY(!message.isEmpty());
        if (message.contains("id"))
            answers[message["id"].toInt()] = message["result"]["ids"].toArray();
    }
    QCOMPARE(answers[a], expected);
    QCOMPARE(answers[b], expected);
}

void TestRpcModel::closeAndUnload()
{
    Loaded l;
    const int answer = l.engine.request(
        "session.generate", {{"session", l.session}, {"messages", userSays("Hello")}, {"ignoreEos", true}});
    while (l.engine.next()["method"] != "token") {
    }
    const int unload = l.engine.request("model.unload", {{"model", l.model}});
    QString finish;
    bool unloaded = false;
    while (finish.isEmpty() || !unloaded) {
        const QJsonObject message = l.engine.next();
        QVERIFY(!message.isEmpty());
        if (message["id"].toInt() == answer)
            finish = message["result"]["finish"].toString();
        if (message.contains("id") && message["id"].toInt() == unload)
            unloaded = message.contains("result");
    }
    QCOMPARE(finish, QString("cancelled"));
    QCOMPARE(errorCode(l.engine.call("session.close", {{"session", l.session}})), -32002);
    QCOMPARE(errorCode(l.engine.call("model.unload", {{"model", l.model}})), -32002);
    QCOMPARE(l.engine.call("memory.usage")["result"]["devices"].toArray().size(), 0);
}

void TestRpcModel::closingFreesTheCacheBeforeItAnswers()
{
    Loaded l;
    const auto cacheBytes = [&] {
        const int id = l.engine.request("memory.usage");
        return l.engine.response(id, false)["result"]["devices"][0]["pools"]["cache"].toInteger();
    };
    const qint64 before = cacheBytes();
    QVERIFY(before > 0);
    for (int i = 0; i < 20; ++i) {
        const QString session = l.open(256);
        QVERIFY(cacheBytes() > before);
        const int answer = l.engine.request(
            "session.generate", {{"session", session}, {"messages", userSays("Hello")}, {"ignoreEos", true}});
        while (l.engine.next()["method"] != "token") {
        }
        const int close = l.engine.request("session.close", {{"session", session}});
        bool closed = false, answered = false;
        while (!closed || !answered) {
            const QJsonObject message = l.engine.next();
            QVERIFY(!message.isEmpty());
            answered = answered || (message.contains("result") && message["id"].toInt() == answer);
            if (message.contains("result") && message["id"].toInt() == close) {
                closed = true;
                if (!answered)
                    QCOMPARE(cacheBytes(), before);
                answered = true; // its response may have been read by cacheBytes()
            }
        }
        QCOMPARE(cacheBytes(), before);
    }
}

void TestRpcModel::idsOutsideTheVocabulary()
{
    Loaded l;
    const QJsonObject refused =
        l.engine.call("detokenize", {{"model", l.model}, {"ids", QJsonArray{5, 512}}});
    QCOMPARE(errorCode(refused), -32602);
    QCOMPARE(errorPart(refused, "subject"), QString("ids"));
    const QJsonObject plain{{"model", l.model}, {"text", "<|im_end|>"}, {"plain", true}};
    QJsonObject bare = plain;
    bare["special"] = false;
    const QJsonArray with = l.engine.call("tokenize", plain)["result"]["ids"].toArray();
    const QJsonArray without = l.engine.call("tokenize", bare)["result"]["ids"].toArray();
    QCOMPARE(with.size(), without.size() + 1); // BOS, which `plain` has nothing to do with
}

void TestRpcModel::renderAndCount()
{
    Loaded l;
    const QJsonObject params{{"session", l.session}, {"messages", userSays("Hello")}};
    const QJsonObject rendered = l.engine.call("session.render", params)["result"].toObject();
    QCOMPARE(rendered["ids"].toArray().size(), rendered["pieces"].toArray().size());
    QVERIFY(rendered["text"].toString().contains("Hello"));
    const QJsonObject counted = l.engine.call("session.countTokens", params)["result"].toObject();
    QCOMPARE(counted["tokens"].toInt(), rendered["ids"].toArray().size());
    QCOMPARE(counted["context"].toInt(), 512);
    const QJsonObject ids =
        l.engine.call("tokenize", {{"model", l.model}, {"text", "Hello"}, {"special", false}})["result"]
            .toObject();
    const QJsonObject text =
        l.engine.call("detokenize", {{"model", l.model}, {"ids", ids["ids"]}})["result"].toObject();
    QCOMPARE(text["text"].toString(), QString("Hello"));
}

void TestRpcModel::killed()
{
    Loaded l;
    l.engine.request("session.generate",
                     {{"session", l.session}, {"messages", userSays("Hello")}, {"ignoreEos", true}});
    while (l.engine.next()["method"] != "token") {
    }
    ::kill(pid_t(l.engine.process().processId()), SIGKILL);
    QCOMPARE(l.engine.waitForEnd(), -2);
    Loaded again; // nothing of the first one is in the way
    QCOMPARE(again.generate({{"messages", userSays("Hello")}, {"maxTokens", 2}})["tokens"].toInt(), 2);
}

QTEST_GUILESS_MAIN(TestRpcModel)
#include "tst_rpc_model.moc"
