// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine_process.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

class TestRpc : public QObject
{
    Q_OBJECT

private slots:
    void hello();
    void helloComesFirst();
    void versionsThatDoNotMeet();
    void echoKeepsTheBinaryPart();
    void badMessages_data();
    void badMessages();
    void badFrames_data();
    void badFrames();
    void splitAndJoinedFrames();
    void wrongParams_data();
    void wrongParams();
    void sixteenMegabytes();
    void answersKeepTheLimitToo();
    void acknowledgingNothing();
    void filesList();
    void endOfInput();
    void shutdown();
    void deadReader();
};

void TestRpc::hello()
{
    EngineProcess engine;
    const QJsonObject result =
        engine.call("hello", {{"protocol", 7}, {"client", QJsonObject{{"name", "test"}}}})["result"]
            .toObject();
    QCOMPARE(result["protocol"].toInt(), 1);
    QCOMPARE(result["engine"].toObject()["name"].toString(), QString("lathe"));
    QCOMPARE(result["pid"].toInteger(), engine.process().processId());
    QVERIFY(result["methods"].toArray().contains("hello"));
    QVERIFY(result["methods"].toArray().contains("files.list"));
    QCOMPARE(result["limits"].toObject()["unacknowledged"].toInt(), 64);
}

void TestRpc::helloComesFirst()
{
    EngineProcess engine;
    const QJsonObject refused = engine.call("engine.echo");
    QCOMPARE(errorCode(refused), -32009);
    QCOMPARE(errorPart(refused, "kind"), QString("version"));
    engine.greet();
    QCOMPARE(errorCode(engine.call("engine.echo")), 0);
}

void TestRpc::versionsThatDoNotMeet()
{
    EngineProcess engine;
    QCOMPARE(errorCode(engine.call("hello", {{"protocol", 0}})), -32009);
    QCOMPARE(errorCode(engine.call("hello", {{"protocol", "one"}})), -32602);
    QCOMPARE(errorCode(engine.call("hello", {{"protocol", 1}})), 0);
}

void TestRpc::echoKeepsTheBinaryPart()
{
    EngineProcess engine;
    engine.greet();
    QByteArray binary;
    for (int i = 0; i < 100000; ++i)
        binary.append(char(i * 7));
    engine.send({{"jsonrpc", "2.0"},
                 {"id", 99},
                 {"method", "engine.echo"},
                 {"params", QJsonObject{{"text", "é\n𝄞"}}}},
                binary);
    const QJsonObject response = engine.response(99);
    QCOMPARE(response["result"].toObject()["params"].toObject()["text"].toString(), QString("é\n𝄞"));
    QCOMPARE(response["result"].toObject()["binaryBytes"].toInt(), 100000);
    QCOMPARE(engine.lastBinary(), binary);
}

void TestRpc::badMessages_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::newRow("empty") << QByteArray() << -32700;
    QTest::newRow("no JSON") << QByteArray("{\"jsonrpc\":") << -32700;
    QTest::newRow("trailing text") << QByteArray("{} x") << -32700;
    QTest::newRow("not UTF-8") << QByteArray("{\"a\":\"\xff\xfe\"}") << -32700;
    QTest::newRow("a lone surrogate") << QByteArray("{\"a\":\"\\ud800\"}") << -32700;
    QTest::newRow("a huge number") << QByteArray("{\"a\":1e999}") << -32700;
    QTest::newRow("a NUL") << QByteArray("\0{}", 3) << -32700;
    QTest::newRow("deep arrays") << QByteArray(100000, '[') << -32700;
    QTest::newRow("deep and closed") << QByteArray(65, '[') + QByteArray(65, ']') << -32700;
    QTest::newRow("an array") << QByteArray("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\"}]")
                              << -32600;
    QTest::newRow("a number") << QByteArray("7") << -32600;
    QTest::newRow("no version") << QByteArray("{\"id\":1,\"method\":\"hello\"}") << -32600;
    QTest::newRow("no method") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1}") << -32600;
    QTest::newRow("method is a number")
        << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}") << -32600;
    QTest::newRow("id is an object") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"hello\"}")
                                     << -32600;
    QTest::newRow("id is a novel") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":\"" + QByteArray(257, 'x') +
                                                 "\",\"method\":\"engine.echo\"}")
                                   << -32600;
    QTest::newRow("id is a fraction")
        << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"hello\"}") << -32600;
    QTest::newRow("params is a list")
        << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":[]}") << -32600;
    QTest::newRow("unknown method") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"engine.fly\"}")
                                    << -32601;
}

void TestRpc::badMessages()
{
    QFETCH(QByteArray, body);
    QFETCH(int, code);
    EngineProcess engine;
    engine.greet();
    engine.sendRaw("Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    const QJsonObject response = engine.next();
    QCOMPARE(errorCode(response), code);
    QVERIFY(!errorPart(response, "what").isEmpty());
    QCOMPARE(errorCode(engine.call("engine.echo")), 0); // it goes on
    engine.closeInput();
    QCOMPARE(engine.waitForEnd(), 0);
}

void TestRpc::badFrames_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("subject");
    QTest::newRow("no length") << QByteArray("Foo: 1\r\n\r\n{}") << "Content-Length";
    QTest::newRow("empty header") << QByteArray("\r\n{}") << "Content-Length";
    QTest::newRow("negative") << QByteArray("Content-Length: -5\r\n\r\n") << "Content-Length";
    QTest::newRow("not a number") << QByteArray("Content-Length: 0x10\r\n\r\n") << "Content-Length";
    QTest::newRow("over the limit") << QByteArray("Content-Length: 16777217\r\n\r\n") << "Content-Length";
    QTest::newRow("over 64 bits") << QByteArray("Content-Length: 99999999999999999999999999\r\n\r\n")
                                  << "Content-Length";
    QTest::newRow("largest number") << QByteArray("Content-Length: 18446744073709551615\r\n\r\n")
                                    << "Content-Length";
    QTest::newRow("huge binary") << QByteArray("Content-Length: 2\r\nBinary-Length: 99999999999\r\n\r\n{}")
                                 << "Binary-Length";
    QTest::newRow("line without colon") << QByteArray("Content-Length 5\r\n\r\n") << "header";
    QTest::newRow("endless header") << QByteArray(5000, 'x') << "header";
    QTest::newRow("noise") << QByteArray("\x00\xff\x01garbage\n\n", 12) << "header";
}

void TestRpc::badFrames()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, subject);
    EngineProcess engine;
    engine.sendRaw(bytes);
    const QJsonObject response = engine.next();
    QCOMPARE(errorCode(response), -32700);
    QVERIFY(response["id"].isNull());
    QCOMPARE(errorPart(response, "subject"), subject);
    QCOMPARE(engine.waitForEnd(), 1);
}

void TestRpc::splitAndJoinedFrames()
{
    EngineProcess engine;
    engine.greet();
    const QByteArray body = R"({"jsonrpc":"2.0","id":50,"method":"engine.echo"})";
    const QByteArray frame = "content-LENGTH:" + QByteArray::number(body.size()) + "\nX-Other: 1\n\n" + body;
    for (const char byte : frame)
        engine.sendRaw(QByteArray(1, byte));
    QCOMPARE(errorCode(engine.response(50)), 0);
    QByteArray twice = frame + frame;
    twice.replace(twice.lastIndexOf("50"), qsizetype(2), QByteArray("51"));
    engine.sendRaw(twice);
    int sum = 0;
    for (int i = 0; i < 2; ++i)
        sum += engine.next()["id"].toInt();
    QCOMPARE(sum, 101);
}

void TestRpc::wrongParams_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QJsonObject>("params");
    QTest::addColumn<QString>("subject");
    QTest::newRow("path is a number") << "files.list" << QJsonObject{{"path", 5}} << "path";
    QTest::newRow("relative path") << "files.list" << QJsonObject{{"path", "a/b"}} << "path";
    QTest::newRow("show") << "files.list" << QJsonObject{{"show", "secrets"}} << "show";
}

void TestRpc::wrongParams()
{
    QFETCH(QString, method);
    QFETCH(QJsonObject, params);
    QFETCH(QString, subject);
    EngineProcess engine;
    engine.greet();
    const QJsonObject response = engine.call(method, params);
    QCOMPARE(errorCode(response), -32602);
    QCOMPARE(errorPart(response, "subject"), subject);
}

void TestRpc::sixteenMegabytes()
{
    EngineProcess engine;
    engine.greet();
    const QString text(8 << 20, QChar('x'));
    const QJsonObject response = engine.call("engine.echo", {{"text", text}});
    QCOMPARE(response["result"].toObject()["params"].toObject()["text"].toString().size(), text.size());
}

void TestRpc::answersKeepTheLimitToo()
{
    EngineProcess engine;
    engine.greet();
    // Four bytes a number there, nine back: an answer over the limit of a message.
    const QByteArray list = QByteArray("1e5,").repeated(2 << 20) + "1";
    const QByteArray body =
        R"({"jsonrpc":"2.0","id":7,"method":"engine.echo","params":{"list":[)" + list + "]}}";
    engine.sendRaw("Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    const QJsonObject response = engine.response(7);
    QCOMPARE(errorCode(response), -32001);
    QCOMPARE(errorPart(response, "subject"), QString("answer"));
    QCOMPARE(errorCode(engine.call("engine.echo")), 0);
}

void TestRpc::acknowledgingNothing()
{
    EngineProcess engine;
    engine.greet();
    for (const QJsonObject &params :
         {QJsonObject{}, QJsonObject{{"id", 99}, {"seq", 5}}, QJsonObject{{"id", QJsonArray()}, {"seq", "x"}},
          QJsonObject{{"id", 1}, {"seq", -1}}, QJsonObject{{"id", QJsonValue()}, {"seq", 1e300}}}) {
        engine.notify("$/ack", params);
        engine.notify("$/cancel", params);
        engine.notify("$/unheardOf", params);
    }
    QCOMPARE(errorCode(engine.call("engine.echo")), 0); // nothing was said to any of them
    QVERIFY(engine.notifications.isEmpty());
}

void TestRpc::filesList()
{
    QTemporaryDir folder;
    QDir dir(folder.path());
    for (const char *name : {"b", "a", "hf", ".hidden"})
        QVERIFY(dir.mkdir(name));
    for (const char *name : {"m.gguf", "notes.txt", "hf/config.json", ".x.gguf"}) {
        QFile file(dir.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("12345") == 5);
    }
    EngineProcess engine;
    engine.greet();
    const auto list = [&](const QString &show) {
        QStringList rows;
        const QJsonObject result =
            engine.call("files.list", {{"path", folder.path()}, {"show", show}})["result"].toObject();
        for (const QJsonValue &entry : result["entries"].toArray())
            rows << entry["kind"].toString() + " " + entry["name"].toString();
        return rows;
    };
    QCOMPARE(list("models"), QStringList({"folder a", "folder b", "model hf", "model m.gguf"}));
    QCOMPARE(list("all"),
             QStringList({"folder a", "folder b", "model hf", "model m.gguf", "file notes.txt"}));
    const QJsonObject missing = engine.call("files.list", {{"path", folder.path() + "/none"}});
    QCOMPARE(errorCode(missing), -32002);
    QCOMPARE(errorPart(missing, "subject"), folder.path() + "/none");
    const QJsonObject top = engine.call("files.list", {{"path", "/"}})["result"].toObject();
    QVERIFY(top["parent"].isNull());
}

void TestRpc::endOfInput()
{
    EngineProcess engine;
    engine.greet();
    engine.closeInput();
    QCOMPARE(engine.waitForEnd(3000), 0);
}

void TestRpc::shutdown()
{
    EngineProcess engine;
    engine.greet();
    QCOMPARE(errorCode(engine.call("engine.shutdown")), 0);
    QCOMPARE(engine.waitForEnd(3000), 0);
}

void TestRpc::deadReader()
{
    // The reader's end of the pipe is closed while the engine has something to say: it ends, it is not
    // killed.
    QProcess shell;
    shell.start("/bin/sh", {"-c", "{ printf 'Content-Length: 2\\r\\n\\r\\n{}'; sleep 1; } | { " LATHE_PROGRAM
                                  " rpc; echo status $? >&2; } | true"});
    QVERIFY(shell.waitForFinished(EngineProcess::kDeadlineMs));
    const QByteArray log = shell.readAllStandardError();
    QVERIFY2(log.contains("status 0"), log.constData());
}

QTEST_GUILESS_MAIN(TestRpc)
#include "tst_rpc.moc"
