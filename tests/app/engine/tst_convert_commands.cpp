// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_models.h"
#include "lathe_program.h"
#include "scratch_folder.h"

#include <QDir>
#include <QJsonArray>
#include <QTest>

namespace {

const QString kAdapterConfig =
    QStringLiteral(R"({"peft_type": "LORA", "r": 2, "lora_alpha": 2, "target_modules": ["q_proj"]})");

} // namespace

/// lathe convert and lathe merge as scripts see them: results, exit status, one line for a fault, nothing
/// left behind.
class TestConvertCommands : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_folder.emplace();
        QVERIFY(m_folder->isValid());
    }

    void bothWays()
    {
        const QString folder = path("folder"), back = path("back.gguf");
        const Ran there = runLathe({"convert", kTiny, folder, "--json"});
        QVERIFY2(there.status == 0, there.err.constData());
        QCOMPARE(there.json()["out"].toString(), folder);
        QCOMPARE(there.json()["bytes"].toInteger(), QFileInfo(folder + "/model.safetensors").size());
        QCOMPARE(there.json()["losses"], QJsonValue(QJsonArray()));
        const Ran again = runLathe({"convert", folder + "/", back, "--json"});
        QVERIFY2(again.status == 0, again.err.constData());
        QCOMPARE(again.json()["bytes"].toInteger(), QFileInfo(back).size());
        for (const QString &model : {folder, back}) {
            const QString ids = m_folder->write("ids.json", "[1, 7, 30]");
            const Ran ran = runLathe({"chat", model, "--ids", ids, "--max-tokens", "4", "--temperature", "0",
                                      "--json", "--device", "cpu", "--ignore-eos"});
            QVERIFY2(ran.status == 0, ran.err.constData());
            if (m_answer.isEmpty())
                m_answer = ran.json()["ids"].toArray();
            QCOMPARE(ran.json()["ids"].toArray(), m_answer);
        }
        const Ran plain = runLathe({"convert", kTiny, path("other")});
        QCOMPARE(plain.status, 0);
        QVERIFY(plain.out.startsWith(path("other").toUtf8() + ", "));
    }

    void faults_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("line");
        const auto row = [](const char *name, const QStringList &arguments, int status, const char *line) {
            QTest::newRow(name) << arguments << status << line;
        };
        row("no out", {"convert", kTiny}, 2, "OUT");
        row("an out of no format", {"convert", kTiny, "x.safetensors"}, 2,
            "lathe: x.safetensors: is neither a GGUF file nor a folder; ");
        row("no model", {"convert", "nowhere.gguf", "x"}, 1, "lathe: nowhere.gguf: ");
        row("no folder", {"convert", kTiny, "missing/x"}, 1,
            "lathe: missing/x: cannot be written: No such file or directory; ");
        row("not writable", {"convert", kTiny, "/proc/x.gguf"}, 1,
            "lathe: /proc/x.gguf: cannot be written: ");
        row("there already", {"convert", kTiny, "/"}, 1, "lathe: /: ");
        row("a directory file", {"convert", kTiny, "/dev/full"}, 1, "lathe: /dev/full: exists already; ");
        row("no adapter", {"merge", kTiny, "x.gguf"}, 2, "lathe: --adapter: is missing; ");
        row("a wrong scale", {"merge", kTiny, "--adapter", "a:nan", "x.gguf"}, 2, "lathe: --adapter: ");
        row("a missing adapter", {"merge", kTiny, "--adapter", "nowhere", "x.gguf"}, 1, "lathe: nowhere: ");
    }
    void faults()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, line);
        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(m_folder->path()));
        const Ran ran = runLathe(arguments);
        QDir::setCurrent(before);
        QCOMPARE(ran.status, status);
        QVERIFY2(ran.err.contains(line.toUtf8()), ran.err.constData());
        QVERIFY(ran.out.isEmpty());
        QVERIFY(QDir(m_folder->path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void existingTargets()
    {
        const QString out = m_folder->write("out.gguf", "mine");
        const Ran refused = runLathe({"convert", kTiny, out});
        QCOMPARE(refused.status, 1);
        QCOMPARE(refused.err.trimmed(),
                 "lathe: " + out.toUtf8() + ": exists already; give --force to replace it");
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly) && file.readAll() == "mine");
        QCOMPARE(runLathe({"convert", kTiny, out, "--force"}).status, 0);
        QVERIFY(QFileInfo(out).size() > 100000);
        QCOMPARE(runLathe({"convert", out, out, "--force"}).status, 1); // itself
    }

    /// A broken adapter folder is named, and the merge leaves nothing.
    void brokenAdapter()
    {
        QVERIFY(QDir(m_folder->path()).mkdir("adapter"));
        m_folder->write("adapter/adapter_config.json", kAdapterConfig.toUtf8());
        m_folder->write("adapter/adapter_model.safetensors", "xx");
        const Ran ran = runLathe({"merge", kTiny, "--adapter", path("adapter"), path("x.gguf")});
        QCOMPARE(ran.status, 1);
        QVERIFY2(ran.err.startsWith("lathe: " + path("adapter").toUtf8()), ran.err.constData());
        QVERIFY(!QFileInfo::exists(path("x.gguf")));
    }

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }

    std::optional<ScratchFolder> m_folder;
    QJsonArray m_answer;
};

QTEST_GUILESS_MAIN(TestConvertCommands)
#include "tst_convert_commands.moc"
