// SPDX-License-Identifier: GPL-3.0-or-later
#include "lathe_program.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

/// Malformed files through the real program: a clean refusal that names the file, in 2 s and 1 GB.
class TestCliHostile : public QObject
{
    Q_OBJECT

private slots:
    void gguf_data();
    void gguf();

private:
    Ran limited(const QStringList &arguments)
    {
        QProcess process;
#if defined(__SANITIZE_ADDRESS__)
        process.start(QStringLiteral(LATHE_PROGRAM), arguments); // its shadow memory is larger than any limit
#else
        process.start("/bin/sh",
                      QStringList{"-c", "ulimit -v 1048576; exec \"$0\" \"$@\"", LATHE_PROGRAM} + arguments);
#endif
        const bool ended = process.waitForFinished(20000);
        return {ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                process.readAllStandardOutput(), process.readAllStandardError()};
    }
};

void TestCliHostile::gguf_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("expect");
    QFile cases(QStringLiteral(LATHE_TEST_DATA "/hostile/cases.json"));
    QVERIFY(cases.open(QIODevice::ReadOnly));
    for (const QJsonValue &row : QJsonDocument::fromJson(cases.readAll()).object()["cases"].toArray()) {
        const QString file = row["file"].toString();
        if (file.startsWith("gguf/"))
            QTest::newRow(qPrintable(file)) << file << row["expect"].toString();
    }
}

void TestCliHostile::gguf()
{
    QFETCH(QString, file);
    QFETCH(QString, expect);
    const QString path = QStringLiteral(LATHE_TEST_DATA "/hostile/") + file;
    QTemporaryDir folder;
    QFile ids(folder.filePath("ids.json"));
    QVERIFY(ids.open(QIODevice::WriteOnly) && ids.write("[1,2]") > 0);
    ids.close();
    // What passes `inspect` may still have a broken tokenizer: then `tokenize` refuses it.
    const QList<QStringList> stages{
        {"inspect", path, "--device", "cpu"},
        {"tokenize", path, "--file", ids.fileName()},
        {"logits", path, "--ids", ids.fileName(), "--out", folder.filePath("o"), "--device", "cpu"}};
    bool refused = false;
    for (const QStringList &stage : stages) {
        QElapsedTimer timer;
        timer.start();
        const Ran ran = limited(stage);
        QVERIFY2(ran.status == 0 || ran.status == 1, ran.err.constData());
        QVERIFY2(timer.elapsed() < 10000, "far over 2 s"); // the machine is shared; alone it is 0.05 s
        if (ran.status == 0)
            continue;
        refused = true;
        QVERIFY2(ran.err.startsWith("lathe: ") && ran.err.count('\n') == 1, ran.err.constData());
        // Damaged values show while computing: that message names the layer.
        const bool names = ran.err.contains(QFileInfo(path).fileName().toUtf8()) ||
                           ran.err.contains(": NaN or infinity in ");
        QVERIFY2(names, ran.err.constData());
        QCOMPARE(ran.out, QByteArray());
        break;
    }
    QVERIFY2(expect != "reject" || refused, "was taken in");
    QVERIFY2(expect != "accept" || !refused, "was refused");
}

QTEST_GUILESS_MAIN(TestCliHostile)
#include "tst_cli_hostile.moc"
