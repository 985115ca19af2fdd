// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_process.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>
#include <QThread>

#include <csignal>

namespace {

const QString kModels = QStringLiteral(LATHE_TEST_DATA "/models/");
const QString kTiny = kModels + "llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf";

QJsonObject golden(const QString &model)
{
    QFile file(kModels + model + "/expected.json");
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

QJsonArray userSays(const QString &text)
{
    return {QJsonObject{{"role", "user"}, {"content", text}}};
}

/// An engine with the tiny model and one session on the cpu device.
struct Loaded {
    EngineProcess engine;
    QString model, session;

    explicit Loaded(int context = 512)
    {
        engine.greet();
        model = engine.call("model.load", {{"path", kTiny}, {"device", "cpu"}})["result"]["model"].toString();
        session = open(context);
    }
    QString open(int context)
    {
        return engine.call("session.create", {{"model", model}, {"context", context}})["result"]["session"]
            .toString();
    }
    QJsonObject generate(QJsonObject params)
    {
        engine.notifications.clear();
        params["session"] = session;
        return engine.call("session.generate", params)["result"].toObject();
    }
    QString streamed() const
    {
        QString text;
        for (const QJsonObject &note : engine.notifications) {
            if (note["method"] == "token")
                text += note["params"]["text"].toString();
        }
        return text;
    }
};

} // namespace

class TestRpcModel : public QObject
{
    Q_OBJECT

private slots:
    void loads();
    void loadErrors_data();
    void loadErrors();
    void greedyEqualsTheGolden_data();
    void greedyEqualsTheGolden();
    void streamsAndAnswers();
    void probabilities();
    void reusesThePrefix();
    void sameSeedSameAnswer();
    void stopStrings();
    void continuesAnAnswer();
    void contextFull();
    void shifts();
    void cancels();
    void sideBySide();
    void busy();
    void stoppedReader();
    void closeAndUnload();
    void renderAndCount();
    void wrongParams_data();
    void wrongParams();
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
}

void TestRpcModel::loadErrors_data()
{
    QTest::addColumn<QJsonObject>("params");
    QTest::addColumn<int>("code");
    QTest::newRow("no file") << QJsonObject{{"path", "/none.gguf"}} << -32002;
    QTest::newRow("a folder") << QJsonObject{{"path", "/tmp"}} << -32001;
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

void TestRpcModel::streamsAndAnswers()
{
    Loaded l;
    const QJsonObject answer = l.generate({{"messages", userSays("Hello")},
                                           {"maxTokens", 40},
                                           {"seed", "18446744073709551615"},
                                           {"sampler", QJsonObject{{"temperature", 1.5}}}});
    QCOMPARE(l.streamed(), answer["text"].toString().left(l.streamed().size()));
    QCOMPARE(answer["seed"].toString(), QString("18446744073709551615"));
    QCOMPARE(answer["tokens"].toInt(), answer["ids"].toArray().size());
    QCOMPARE(answer["contextSize"].toInt(), 512);
    QVERIFY(answer["promptTokens"].toInt() > 0);
    int expected = 1, prompts = 0, tokens = 0;
    for (const QJsonObject &note : l.engine.notifications) {
        QCOMPARE(note["params"]["seq"].toInt(), expected++);
        prompts += note["method"] == "prompt";
        tokens += note["method"] == "token";
    }
    QVERIFY(prompts >= 1);
    QCOMPARE(tokens, answer["tokens"].toInt());
}

void TestRpcModel::probabilities()
{
    Loaded l;
    l.generate({{"messages", userSays("Hello")}, {"maxTokens", 5}, {"probabilities", 3}});
    int tokens = 0;
    for (const QJsonObject &note : l.engine.notifications) {
        if (note["method"] != "token")
            continue;
        ++tokens;
        const QJsonArray candidates = note["params"]["candidates"].toArray();
        QCOMPARE(candidates.size(), 3);
        QCOMPARE(candidates[0]["token"], note["params"]["token"]); // greedy
        QCOMPARE(candidates[0]["logprob"], note["params"]["logprob"]);
        QVERIFY(candidates[0]["logprob"].toDouble() >= candidates[1]["logprob"].toDouble());
        QVERIFY(candidates[0]["logprob"].toDouble() <= 0);
    }
    QVERIFY(tokens > 0);
}

void TestRpcModel::reusesThePrefix()
{
    Loaded l;
    const QJsonObject params{
        {"messages", userSays("Tell me of the licences")}, {"maxTokens", 12}, {"ignoreEos", true}};
    const QJsonObject first = l.generate(params);
    QCOMPARE(first["cachedTokens"].toInt(), 0);
    const QJsonObject again = l.generate(params);
    QCOMPARE(again["cachedTokens"].toInt(), first["promptTokens"].toInt() - 1);
    QCOMPARE(again["ids"], first["ids"]);
    QJsonObject other = params;
    other["messages"] = userSays("Tell me of the weather");
    const QJsonObject third = l.generate(other);
    QVERIFY(third["cachedTokens"].toInt() > 0);
    QVERIFY(third["cachedTokens"].toInt() < third["promptTokens"].toInt() - 1);
    l.engine.call("session.reset", {{"session", l.session}});
    const QJsonObject fresh = l.generate(other);
    QCOMPARE(fresh["cachedTokens"].toInt(), 0);
    QCOMPARE(fresh["ids"], third["ids"]); // the same with and without the cache
}

void TestRpcModel::sameSeedSameAnswer()
{
    Loaded l;
    QJsonObject params{{"messages", userSays("Hello")},
                       {"maxTokens", 20},
                       {"ignoreEos", true},
                       {"seed", 5},
                       {"sampler", QJsonObject{{"temperature", 2.0}}}};
    const QJsonObject first = l.generate(params);
    QCOMPARE(l.generate(params)["ids"], first["ids"]);
    params["seed"] = 6;
    QVERIFY(l.generate(params)["ids"] != first["ids"]);
    params.remove("seed");
    QVERIFY(l.generate(params)["seed"] != l.generate(params)["seed"]);
}

void TestRpcModel::stopStrings()
{
    Loaded l;
    const QJsonObject params{{"messages", userSays("Hello")}, {"maxTokens", 40}, {"ignoreEos", true}};
    const QString whole = l.generate(params)["text"].toString();
    const QString stop = whole.mid(whole.size() / 2, 2);
    QVERIFY(stop.size() == 2);
    QJsonObject stopped = params;
    stopped["stop"] = QJsonArray{stop, "never in it"};
    const QJsonObject answer = l.generate(stopped);
    QCOMPARE(answer["finish"].toString(), QString("stop"));
    QCOMPARE(answer["text"].toString(), whole.left(whole.indexOf(stop)));
    QVERIFY(!l.streamed().contains(stop));
}

void TestRpcModel::continuesAnAnswer()
{
    Loaded l;
    QJsonArray messages = userSays("Hello");
    messages.append(QJsonObject{{"role", "assistant"}, {"content", "Once upon"}});
    const QJsonObject render{{"session", l.session}, {"messages", messages}, {"continue", true}};
    const QString text = l.engine.call("session.render", render)["result"]["text"].toString();
    QVERIFY2(text.endsWith("Once upon"), qPrintable(text));
    const QJsonObject answer = l.generate({{"messages", messages}, {"continue", true}, {"maxTokens", 3}});
    QVERIFY(!answer["text"].toString().contains("Once upon"));
    QCOMPARE(
        errorCode(l.engine.call("session.generate",
                                {{"session", l.session}, {"messages", userSays("x")}, {"continue", true}})),
        -32001);
}

void TestRpcModel::contextFull()
{
    Loaded l(64);
    const QJsonObject answer = l.generate({{"ids", golden("llama_gqa_tied")["ids_B"]}, {"ignoreEos", true}});
    QCOMPARE(answer["finish"].toString(), QString("length"));
    QVERIFY(answer["contextFull"].toBool());
    QVERIFY(answer["contextUsed"].toInt() <= 64);
    QJsonArray longer;
    for (int i = 0; i < 65; ++i)
        longer.append(5);
    const QJsonObject refused = l.engine.call("session.generate", {{"session", l.session}, {"ids", longer}});
    QCOMPARE(errorCode(refused), -32001);
    QCOMPARE(errorPart(refused, "subject"), QString("context"));
}

void TestRpcModel::shifts()
{
    Loaded l(64);
    const QJsonObject answer = l.generate({{"ids", golden("llama_gqa_tied")["ids_B"]},
                                           {"ignoreEos", true},
                                           {"maxTokens", 100},
                                           {"overflow", "shift"}});
    QCOMPARE(answer["tokens"].toInt(), 100);
    QVERIFY(!answer["contextFull"].toBool());
    int dropped = 0;
    for (const QJsonObject &note : l.engine.notifications) {
        if (note["method"] == "notice") {
            QCOMPARE(note["params"]["kind"].toString(), QString("shifted"));
            dropped += note["params"]["dropped"].toInt();
        }
    }
    QVERIFY(dropped >= 37 + 100 - 64);
}

void TestRpcModel::cancels()
{
    Loaded l;
    const int id = l.engine.request(
        "session.generate", {{"session", l.session}, {"messages", userSays("Hello")}, {"ignoreEos", true}});
    while (l.engine.next()["method"] != "token") {
    }
    QElapsedTimer timer;
    timer.start();
    l.engine.notify("$/cancel", {{"id", id}});
    const QJsonObject answer = l.engine.response(id)["result"].toObject();
    QVERIFY2(timer.elapsed() < 5000,
             qPrintable(QString::number(timer.elapsed()))); // 100 ms on a quiet machine
    QCOMPARE(answer["finish"].toString(), QString("cancelled"));
    QVERIFY(!answer["ids"].toArray().isEmpty());
    l.engine.notify("$/cancel", {{"id", id}}); // it is over: nothing happens
    QCOMPARE(l.generate({{"messages", userSays("Hello")}, {"maxTokens", 2}})["finish"].toString(),
             QString("length"));
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

void TestRpcModel::busy()
{
    Loaded l;
    const QJsonObject params{{"session", l.session}, {"messages", userSays("Hello")}, {"ignoreEos", true}};
    const int first = l.engine.request("session.generate", params);
    while (l.engine.next()["method"] != "token") {
    }
    const int second = l.engine.request("session.generate", params);
    QCOMPARE(errorCode(l.engine.response(second, false)), -32008);
    const int count =
        l.engine.request("session.countTokens", {{"session", l.session}, {"messages", userSays("Hello")}});
    QVERIFY(l.engine.response(count, false)["result"]["tokens"].toInt() > 0); // may be asked meanwhile
    l.engine.notify("$/cancel", {{"id", first}});
    QCOMPARE(l.engine.response(first)["result"]["finish"].toString(), QString("cancelled"));
}

void TestRpcModel::stoppedReader()
{
    // The reader neither reads nor acknowledges while 10,000 tokens are wanted: the engine sends 64 and
    // waits.
    Loaded l;
    const QJsonObject params{{"session", l.session}, {"messages", userSays("Hello")},
                             {"ignoreEos", true},    {"overflow", "shift"},
                             {"maxTokens", 10000},   {"probabilities", 64}};
    const qint64 before = l.engine.residentBytes();
    const int id = l.engine.request("session.generate", params);
    QElapsedTimer timer;
    timer.start();
    qint64 highest = 0;
    while (timer.elapsed() < 3000) {
        highest = std::max(highest, l.engine.residentBytes());
        QThread::msleep(20);
    }
#if !defined(__SANITIZE_ADDRESS__)
    QVERIFY2(highest - before < 8 << 20, qPrintable(QString("%1 → %2").arg(before).arg(highest)));
#endif
    l.engine.notify("$/cancel", {{"id", id}});
    const QJsonObject answer = l.engine.response(id, false)["result"].toObject();
    QCOMPARE(answer["finish"].toString(), QString("cancelled"));
    int sent = 0;
    for (const QJsonObject &note : l.engine.notifications)
        sent += note["params"]["id"].toInt() == id;
    QCOMPARE(sent, 64);
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

void TestRpcModel::wrongParams_data()
{
    QTest::addColumn<QJsonObject>("params");
    QTest::addColumn<QString>("subject");
    const QJsonArray hello = userSays("x");
    const auto row = [&](const char *name, QJsonObject params, const char *subject) {
        QTest::newRow(name) << params << QString(subject);
    };
    row("nothing to answer", {}, "messages");
    row("two things", {{"messages", hello}, {"text", "x"}}, "messages");
    row("ids are strings", {{"ids", QJsonArray{"1"}}}, "ids");
    row("negative ids", {{"ids", QJsonArray{-1}}}, "ids");
    row("temperature", {{"messages", hello}, {"sampler", QJsonObject{{"temperature", -1}}}},
        "sampler: temperature");
    row("temperature is text", {{"messages", hello}, {"sampler", QJsonObject{{"temperature", "hot"}}}},
        "sampler.temperature");
    row("sampler is a list", {{"messages", hello}, {"sampler", QJsonArray()}}, "sampler");
    row("seed", {{"messages", hello}, {"seed", "x"}}, "seed");
    row("negative seed", {{"messages", hello}, {"seed", -4}}, "seed");
    row("maxTokens", {{"messages", hello}, {"maxTokens", 1.5}}, "maxTokens");
    row("overflow", {{"messages", hello}, {"overflow", "wrap"}}, "overflow");
    row("stop", {{"messages", hello}, {"stop", "x"}}, "stop");
    row("probabilities", {{"messages", hello}, {"probabilities", 65}}, "probabilities");
}

void TestRpcModel::wrongParams()
{
    QFETCH(QJsonObject, params);
    QFETCH(QString, subject);
    Loaded l;
    params["session"] = l.session;
    const QJsonObject response = l.engine.call("session.generate", params);
    QCOMPARE(errorCode(response), -32602);
    QCOMPARE(errorPart(response, "subject"), subject);
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
