// SPDX-License-Identifier: GPL-3.0-or-later
#include "loaded_engine.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

/// An engine of another installation, as on another machine: its own program, folders and model, started
/// elsewhere with nothing of our environment, known by the protocol alone, while ours is at work.
class TestSecondEngine : public QObject
{
    Q_OBJECT

private slots:
    void servesAChatOfItsOwn();

private:
    EnginePlace install(const QString &folder);
    static QStringList descriptors(const QString &process);
    static QStringList openFiles(qint64 process);
};

EnginePlace TestSecondEngine::install(const QString &folder)
{
    EnginePlace place;
    place.folder = folder + "/somewhere";
    place.program = folder + "/bin/lathe-of-another";
    QProcessEnvironment environment;
    environment.insert("HOME", folder + "/home");
    environment.insert("XDG_DATA_HOME", folder + "/data");
    environment.insert("XDG_CACHE_HOME", folder + "/cache");
    environment.insert("XDG_STATE_HOME", folder + "/state");
    for (const char *kept : {"ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
        if (const QString value = qEnvironmentVariable(kept); !value.isEmpty())
            environment.insert(kept, value);
    }
    place.environment = environment;
    const QDir dir(folder);
    const bool made = dir.mkpath("bin") && dir.mkpath("home") && dir.mkpath("somewhere") &&
                      dir.mkpath("data/lathe/models") &&
                      QFile::copy(QStringLiteral(LATHE_PROGRAM), place.program) &&
                      QFile::copy(kTiny, folder + "/data/lathe/models/story.gguf");
    if (!made)
        qFatal("the second engine cannot be set up in %s", qPrintable(folder));
    return place;
}

QStringList TestSecondEngine::descriptors(const QString &process)
{
    QStringList files;
    const QDir folder("/proc/" + process + "/fd");
    for (const QFileInfo &entry : folder.entryInfoList(QDir::Files | QDir::System | QDir::NoDotAndDotDot))
        files << entry.symLinkTarget();
    return files;
}

/// The program, the working folder, every mapped and every open file of a process that is no pipe or device.
QStringList TestSecondEngine::openFiles(qint64 process)
{
    const QString proc = QStringLiteral("/proc/%1/").arg(process);
    QStringList files{QFile::symLinkTarget(proc + "exe"), QFile::symLinkTarget(proc + "cwd")};
    QFile maps(proc + "maps");
    if (maps.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : maps.readAll().split('\n')) {
            if (const qsizetype path = line.indexOf('/'); path >= 0)
                files << QString::fromUtf8(line.mid(path));
        }
    }
    files += descriptors(QString::number(process));
    files.removeDuplicates();
    return files;
}

void TestSecondEngine::servesAChatOfItsOwn()
{
    const QStringList inherited = descriptors("self"); // what ctest left open for all its children
    Loaded first;
    const int running = first.engine.request("session.generate", {{"session", first.session},
                                                                  {"messages", userSays("Hello")},
                                                                  {"ignoreEos", true},
                                                                  {"overflow", "shift"}});
    while (first.engine.next()["method"] != "token") {
    }

    const QTemporaryDir folder;
    EngineProcess second(install(folder.path()));
    const QJsonObject hello = second.call(
        "hello", {{"protocol", 1}, {"client", QJsonObject{{"name", "stranger"}, {"version", "1"}}}});
    QCOMPARE(hello["result"]["pid"].toInteger(), second.process().processId());

    // All that is known of its files is what it says.
    const QJsonObject list = second.call("files.list")["result"].toObject();
    QCOMPARE(list["path"].toString(), folder.path() + "/data/lathe/models");
    QCOMPARE(list["places"][0]["path"].toString(), folder.path() + "/home");
    QCOMPARE(list["entries"].toArray().size(), 1);
    const QString path = list["entries"][0]["path"].toString();
    QCOMPARE(second.call("model.inspect", {{"path", path}, {"device", "cpu"}})["result"]["architecture"]
                 .toString(),
             QString("llama"));
    const QJsonObject model =
        second.call("model.load", {{"path", path}, {"device", "cpu"}})["result"].toObject();
    QCOMPARE(model["path"].toString(), path);
    const QJsonValue session =
        second.call("session.create", {{"model", model["model"]}})["result"]["session"];

    second.notifications.clear();
    const QJsonObject chat{{"session", session}, {"messages", userSays("Hello")},
                           {"maxTokens", 24},    {"ignoreEos", true},
                           {"seed", 11},         {"sampler", QJsonObject{{"temperature", 1.5}}}};
    const QJsonObject answer = second.call("session.generate", chat)["result"].toObject();
    QJsonArray ids;
    QString streamed;
    for (const QJsonObject &note : second.notifications) {
        if (note["method"] != "token")
            continue;
        ids.append(note["params"]["token"]);
        streamed += note["params"]["text"].toString();
    }
    QCOMPARE(ids.size(), 24);
    QCOMPARE(answer["ids"].toArray(), ids);
    QVERIFY(answer["text"].toString().startsWith(streamed));
    const QJsonObject expected = golden("llama_gqa_tied");
    const QJsonObject greedy = second
                                   .call("session.generate", {{"session", session},
                                                              {"ids", expected["ids_A"]},
                                                              {"maxTokens", 24},
                                                              {"ignoreEos", true}})["result"]
                                   .toObject();
    QCOMPARE(greedy["ids"].toArray(), expected["greedy_A"].toArray());

    // Nothing of ours is open there, but what the system has for all.
    const QStringList files = openFiles(second.process().processId());
    QVERIFY(files.contains(path) && files.contains(folder.path() + "/bin/lathe-of-another"));
    for (const QString &file : files) {
        const bool own = file.startsWith(folder.path() + "/");
        const bool system = file.startsWith("/usr/") || file.startsWith("/lib") || file.startsWith("/etc/") ||
                            file.startsWith("/dev/") || file.startsWith("/proc/") || file.startsWith("/sys/");
        const bool pipe =
            file.contains("pipe:[") || file.contains("anon_inode:") || file.contains("socket:[");
        QVERIFY2(own || system || pipe || inherited.contains(file), qPrintable(file));
    }
    for (const QString &file : openFiles(first.engine.process().processId()))
        QVERIFY2(!file.startsWith(folder.path()), qPrintable(file));

    // The same words from ours, which was at work all the time and still is.
    QJsonObject same = chat;
    same["session"] = first.open(512);
    const int other = first.engine.request("session.generate", same);
    QJsonArray sameIds;
    while (sameIds.isEmpty()) {
        const QJsonObject message = first.engine.next();
        QVERIFY(!message.isEmpty());
        if (message["id"].toInt() == other && message.contains("result"))
            sameIds = message["result"]["ids"].toArray();
    }
    QCOMPARE(sameIds, ids);
    first.engine.notify("$/cancel", {{"id", running}});
    QCOMPARE(first.engine.response(running)["result"]["finish"].toString(), QString("cancelled"));

    QCOMPARE(errorCode(second.call("engine.shutdown")), 0);
    QCOMPARE(second.waitForEnd(), 0);
}

QTEST_GUILESS_MAIN(TestSecondEngine)
#include "tst_second_engine.moc"
