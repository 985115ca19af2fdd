// SPDX-License-Identifier: GPL-3.0-or-later
#include "loaded_engine.h"
#include "rewritten_model.h"
#include "scratch_folder.h"

#include <QElapsedTimer>
#include <QTest>
#include <QThread>

#include <csignal>

class TestRpcGenerate : public QObject
{
    Q_OBJECT

private slots:
    void streamsAndAnswers();
    void probabilities();
    void reusesThePrefix();
    void sameSeedSameAnswer();
    void stopStrings();
    void continuesAnAnswer();
    void reasoning();
    void contextFull();
    void shifts();
    void cancels();
    void busy();
    void stoppedReader();
    void wrongParams_data();
    void wrongParams();
};

void TestRpcGenerate::streamsAndAnswers()
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

void TestRpcGenerate::probabilities()
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

void TestRpcGenerate::reusesThePrefix()
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

void TestRpcGenerate::sameSeedSameAnswer()
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

void TestRpcGenerate::stopStrings()
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

void TestRpcGenerate::continuesAnAnswer()
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

void TestRpcGenerate::reasoning()
{
    ScratchFolder folder;
    // The tiny model with a template that marks reasoning, and opens it.
    const QString model = rewrittenModel(folder.filePath("reasoning.gguf"), [](lathe::GgufWriter &writer) {
        writer.setString(
            "tokenizer.chat_template",
            "{% for m in messages %}[{{ m.content }}"
            "{{ '<think>' + m.reasoning_content + '</think>' if m.reasoning_content }}]{% endfor %}"
            "{{ '<think>\\n' if add_generation_prompt }}");
        writer.setF32("general.sampling.temp", 0.5f);
    });
    Loaded l(512, model);
    QCOMPARE(l.sampler["temperature"].toDouble(), 0.5);
    QCOMPARE(l.sampler["topK"].toInt(-1), 0);
    QVERIFY(Loaded().sampler.isEmpty()); // the model asks for nothing
    const QJsonObject answer =
        l.generate({{"messages", userSays("Hello")}, {"maxTokens", 9}, {"ignoreEos", true}});
    QString streamed;
    for (const QJsonObject &note : l.engine.notifications)
        streamed += note["params"]["reasoning"].toString();
    const QString thought = answer["reasoning"].toString();
    QVERIFY(streamed.size() > 2 && thought.startsWith(streamed));
    QCOMPARE(answer["text"].toString(), QString());
    QCOMPARE(l.streamed(), QString());
    QCOMPARE(answer["reasoningTokens"].toInt(), 9);
    const auto rendered = [&](const QJsonArray &messages, bool continues) {
        return l.engine
            .call("session.render",
                  {{"session", l.session}, {"messages", messages}, {"continue", continues}})["result"]["text"]
            .toString();
    };
    // The template gets the field of a turn before; what was cut off in its reasoning goes on there.
    QJsonArray messages = userSays("Hello");
    messages.append(QJsonObject{{"role", "assistant"}, {"content", ""}, {"reasoning_content", "Hm"}});
    QCOMPARE(rendered(messages, true), QString("[Hello]<think>\nHm"));
    const QJsonObject more = l.generate({{"messages", messages}, {"continue", true}, {"maxTokens", 3}});
    QCOMPARE(more["reasoningTokens"].toInt(), more["tokens"].toInt());
    messages[1] = QJsonObject{{"role", "assistant"}, {"content", "Yes"}, {"reasoning_content", "Hm"}};
    QCOMPARE(rendered(messages, false), QString("[Hello][Yes<think>Hm</think>]<think>\n"));
    messages[1] = QJsonObject{{"role", "assistant"}, {"content", "Yes"}};
    QCOMPARE(rendered(messages, true), QString("[Hello][Yes"));
    const QJsonObject rest = l.generate({{"messages", messages}, {"continue", true}, {"maxTokens", 3}});
    QCOMPARE(rest["reasoningTokens"].toInt(), 0);
}

void TestRpcGenerate::contextFull()
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

void TestRpcGenerate::shifts()
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

void TestRpcGenerate::cancels()
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

void TestRpcGenerate::busy()
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

void TestRpcGenerate::stoppedReader()
{
    // The reader neither reads nor acknowledges while 10,000 tokens are wanted: the engine sends 64 and
    // waits.
    Loaded l;
    const QJsonObject params{{"session", l.session}, {"messages", userSays("Hello")},
                             {"ignoreEos", true},    {"overflow", "shift"},
                             {"maxTokens", 10000},   {"probabilities", 64}};
    [[maybe_unused]] const qint64 before = l.engine.residentBytes();
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

void TestRpcGenerate::wrongParams_data()
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

void TestRpcGenerate::wrongParams()
{
    QFETCH(QJsonObject, params);
    QFETCH(QString, subject);
    Loaded l;
    params["session"] = l.session;
    const QJsonObject response = l.engine.call("session.generate", params);
    QCOMPARE(errorCode(response), -32602);
    QCOMPARE(errorPart(response, "subject"), subject);
}

QTEST_GUILESS_MAIN(TestRpcGenerate)
#include "tst_rpc_generate.moc"
