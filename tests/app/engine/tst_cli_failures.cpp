// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_models.h"
#include "lathe_program.h"
#include "scratch_folder.h"

#include <QTest>

/// One line on stderr that names what is wrong, nothing on stdout, the right status.
class TestCliFailures : public QObject
{
    Q_OBJECT

private slots:
    void failures_data();
    void failures();
    void outputThatCannotBeWritten_data();
    void outputThatCannotBeWritten();

private:
    ScratchFolder m_folder;
};

void TestCliFailures::failures_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("begin");
    const auto row = [](const char *name, QStringList arguments, int status, const QString &begin) {
        QTest::newRow(name) << arguments << status << "lathe: " + begin;
    };
    const QString out = m_folder.filePath("none.safetensors");
    const auto logits = [&](const QByteArray &list) {
        static int count = 0;
        return QStringList{
            "logits",   kTiny, "--out", out,
            "--device", "cpu", "--ids", m_folder.write(QString("f%1.json").arg(++count), list)};
    };
    row("no such model", {"inspect", "none.gguf"}, 1, "none.gguf: ");
    row("a folder", {"inspect", m_folder.path()}, 1, m_folder.path() + ": ");
    row("not a model", {"tokenize", kModels + "README.md", "--file", kTiny}, 1, kModels + "README.md: ");
    row("no such text", {"tokenize", kTiny, "--file", "none.txt"}, 1, "none.txt: ");
    row("no text named", {"tokenize", kTiny}, 2, "tokenize: ");
    row("ids are no JSON", {"detokenize", kTiny, "--ids", m_folder.write("bad.json", "[1,")}, 1,
        m_folder.filePath("bad.json: "));
    row("id outside", {"detokenize", kTiny, "--ids", m_folder.write("out.json", "[99999]")}, 1,
        m_folder.filePath("out.json: "));
    row("messages are no list", {"render", kTiny, "--messages", m_folder.write("m2.json", "{}")}, 1,
        m_folder.filePath("m2.json: "));
    row("messages of a chat are no list",
        {"chat", kTiny, "--messages", m_folder.write("m4.json", "{}"), "--device", "cpu"}, 1,
        m_folder.filePath("m4.json: "));
    row("ids of a chat outside the vocabulary",
        {"chat", kTiny, "--ids", m_folder.write("c1.json", "[512]"), "--device", "cpu"}, 1,
        m_folder.filePath("c1.json: "));
    row("no ids to chat about", {"chat", kTiny, "--ids", m_folder.write("c2.json", "[]")}, 1,
        m_folder.filePath("c2.json: "));
    row("a folder that is not there",
        {"logits", kTiny, "--ids", m_folder.write("c3.json", "[1]"), "--out", "none/o.safetensors"}, 1,
        "none/o.safetensors: ");
    row("a system prompt beside messages",
        {"chat", kTiny, "--messages", m_folder.filePath("m2.json"), "--system", "x"}, 2, "--system: ");
    row("a system prompt beside ids", {"chat", kTiny, "--ids", m_folder.filePath("c1.json"), "--system", "x"},
        2, "--ids: ");
    row("a count that is none", {"chat", kTiny, "--prompt", "x", "--max-tokens", "-3"}, 2,
        "--max-tokens: “-3” ");
    row("a number that is none", {"chat", kTiny, "--prompt", "x", "--top-p", "much"}, 2, "--top-p: “much” ");
    row("standard input that is not JSON", {"detokenize", kTiny, "--ids", "-"}, 1, "-: ");
    row("a template's fault",
        {"render", kTiny, "--messages", m_folder.write("m3.json", "[]"), "--template",
         m_folder.write("x.jinja", "a\n{{ b | nofilter }}")},
        1, m_folder.filePath("x.jinja: "));
    row("empty ids", logits("[]"), 1, m_folder.path());
    row("empty ids in a batch", logits("[[1],[]]"), 1, m_folder.path());
    row("id outside the vocabulary", logits("[512]"), 1, m_folder.path());
    row("negative id", logits("[-1]"), 1, m_folder.path());
    row("mixed", logits("[1,[2]]"), 1, m_folder.path());
    row("more ids than the context", logits("[" + QByteArray("1,").repeated(512) + "1]"), 1, m_folder.path());
    row("more than --ctx", logits("[1,2,3]") + QStringList{"--ctx", "2"}, 1, m_folder.path());
    row("a device that is not there", {"chat", kTiny, "--prompt", "x", "--device", "vulkan:99"}, 1,
        "vulkan:99: ");
    row("a cache type of later", {"chat", kTiny, "--prompt", "x", "--kv", "Q8_0"}, 2, "--kv: ");
    row("an option of later", {"chat", kTiny, "--prompt", "x", "--draft", "a"}, 2, "--draft");
    row("temperature", {"chat", kTiny, "--prompt", "x", "--temperature", "-1"}, 2, "--temperature: ");
    row("two questions", {"chat", kTiny, "--prompt", "x", "--ids", "y"}, 2, "chat: ");
    row("context over the model's", {"chat", kTiny, "--prompt", "x", "--ctx", "4096", "--device", "cpu"}, 1,
        "");
    row("prompt over the context",
        {"chat", kTiny, "--prompt", QString("x ").repeated(200), "--ctx", "32", "--device", "cpu"}, 1,
        "context: ");
}

void TestCliFailures::failures()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QString, begin);
    const Ran ran = runLathe(arguments + QStringList{"--quiet"});
    QVERIFY2(QString::fromUtf8(ran.err).startsWith(begin), ran.err.constData());
    QCOMPARE(ran.err.count('\n'), 1);
    QCOMPARE(ran.out, QByteArray());
    QCOMPARE(ran.status, status);
    QVERIFY(!QFile::exists(m_folder.filePath("none.safetensors")));
}

void TestCliFailures::outputThatCannotBeWritten_data()
{
    QTest::addColumn<QString>("redirection");
    QTest::newRow("a full disk") << ">/dev/full";
    QTest::newRow("closed") << ">&-";
    QTest::newRow("all closed but for the errors") << "<&- >&-";
}

void TestCliFailures::outputThatCannotBeWritten()
{
    QFETCH(QString, redirection);
    QProcess shell;
    shell.start("/bin/sh", {"-c", LATHE_PROGRAM " tokenize \"$1\" --file \"$2\" --json " + redirection, "sh",
                            kTiny, m_folder.write("t.txt", "Hello")});
    QVERIFY(shell.waitForFinished(50000));
    const QByteArray line = shell.readAllStandardError();
    QVERIFY2(line.startsWith("lathe: stdout: cannot be written: "), line.constData());
    QCOMPARE(line.count('\n'), 1);
    QCOMPARE(shell.exitCode(), 1);
}

QTEST_GUILESS_MAIN(TestCliFailures)
#include "tst_cli_failures.moc"
