// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_models.h"
#include "lathe_program.h"
#include "rewritten_model.h"
#include "scratch_folder.h"
#include "terminal.h"

#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace lathe;

namespace {

/// The kernel's mask of signals with a handler has SIGINT in it.
bool catchesInterrupts(qint64 process)
{
    QFile file(QStringLiteral("/proc/%1/status").arg(process));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("SigCgt:"))
            return (line.mid(7).trimmed().toULongLong(nullptr, 16) >> (SIGINT - 1) & 1) != 0;
    }
    return false;
}

} // namespace

/// `lathe chat`: one answer, a conversation from a pipe, and one at a terminal.
class TestCliChat : public QObject
{
    Q_OBJECT

private slots:
    void chatOnce();
    void temperatureZeroIsGreedy();
    void samplersTakePart_data();
    void samplersTakePart();
    void whatIsFullIsSaid();
    void chatInteractive();
    void aFailedAnswerLeavesTheConversation();
    void whatTheModelAsksFor_data();
    void whatTheModelAsksFor();
    void reasoning();
    void reasoningAtATerminal();
    void atATerminal();
    void interruptStopsTheAnswerOnly();
    void interruptAtThePrompt();
    void interrupt();
    void interruptWhileReading();
    void aModelCutShortIsNamed();

private:
    QString ids(const QJsonValue &list)
    {
        return m_folder.write("ids.json", QJsonDocument(list.toArray()).toJson());
    }
    ScratchFolder m_folder;
};

void TestCliChat::chatOnce()
{
    const QJsonObject expected = golden("llama_gqa_tied");
    const QString list = m_folder.write("g.json", QJsonDocument(expected["ids_A"].toArray()).toJson());
    const QStringList base{
        "chat", kTiny,          "--ids", list,           "--temperature", "0",  "--repeat-penalty",
        "1",    "--max-tokens", "24",    "--ignore-eos", "--device",      "cpu"};
    const QJsonObject json = runLathe(base + QStringList{"--json"}).json();
    QCOMPARE(json["ids"].toArray(), expected["greedy_A"].toArray());
    QCOMPARE(json["finish"].toString(), QString("length"));
    QCOMPARE(json["prompt_tokens"].toInt(), expected["ids_A"].toArray().size());
    QCOMPARE(json["tokens"].toInt(), 24);
    for (const char *rate : {"ttft_s", "prompt_tps", "tps"})
        QVERIFY2(json[rate].toDouble() > 0, rate);
    const Ran text = runLathe(base);
    QCOMPARE(QString::fromUtf8(text.out), json["text"].toString() + "\n");
    QVERIFY(text.err.contains("tokens/s"));
    QVERIFY(text.err.contains("cpu"));
    QCOMPARE(runLathe(base + QStringList{"--quiet"}).err, QByteArray());
    const QByteArray lines = runLathe(base + QStringList{"--progress", "json", "--quiet", "--json"}).err;
    QVERIFY(lines.startsWith("{\"progress\":"));
    for (const QByteArray &line : lines.split('\n'))
        QVERIFY2(line.isEmpty() || QJsonDocument::fromJson(line).object().contains("eta_s"),
                 line.constData());
}

void TestCliChat::chatInteractive()
{
    const Ran ran = runLathe(
        {"chat", kTiny, "--device", "cpu", "--max-tokens", "4", "--ignore-eos", "--temperature", "0"},
        "Hello\n/again\n/history\n/system Be brief\\\nand kind\n/again\n/nope\n/help\n\nBye\n/exit\nnever\n");
    QCOMPARE(ran.status, 0);
    QCOMPARE(ran.err.count(" tokens, first") + ran.err.count("tokens/s"), 3); // Hello, again, Bye
    QVERIFY(ran.out.contains("user: Hello\n"));
    QCOMPARE(ran.out.count("assistant: "), 1);
    QVERIFY(ran.out.contains("The conversation is forgotten."));
    QVERIFY(ran.out.contains("There is no question yet."));
    QVERIFY(ran.out.contains("No command /nope"));
    QVERIFY(ran.out.contains("/system TEXT"));
}

void TestCliChat::interrupt()
{
    QProcess process;
    process.start(QStringLiteral(LATHE_PROGRAM), {"chat", kTiny, "--prompt", "x", "--max-tokens", "0",
                                                  "--ignore-eos", "--overflow", "shift", "--device", "cpu"});
    QVERIFY(process.waitForReadyRead(20000));
    ::kill(pid_t(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(20000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
}

void TestCliChat::temperatureZeroIsGreedy()
{
    // Nothing but the temperature is named: no penalty may take part, or this is not the greedy text.
    const QJsonObject expected = golden("llama_gqa_tied");
    const QJsonObject json = runLathe({"chat", kTiny, "--ids", ids(expected["ids_A"]), "--temperature", "0",
                                       "--max-tokens", "24", "--ignore-eos", "--device", "cpu", "--json"})
                                 .json();
    QCOMPARE(json["ids"].toArray(), expected["greedy_A"].toArray());
}

void TestCliChat::samplersTakePart_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<bool>("greedy");
    const auto row = [](const char *name, QStringList options, bool greedy) {
        QTest::newRow(name) << options << greedy;
    };
    // Each cut alone leaves one token of a very flat distribution, which then is the greedy one.
    row("top-k", {"--top-k", "1"}, true);
    row("top-p", {"--top-p", "0"}, true);
    row("min-p", {"--min-p", "1"}, true);
    row("all off", {}, false);
    row("repetition", {"--temperature", "0", "--repeat-penalty", "50"}, false);
    row("presence", {"--temperature", "0", "--presence-penalty", "2"}, false);
    row("frequency", {"--temperature", "0", "--frequency-penalty", "2"}, false);
    row("repetition within no window",
        {"--temperature", "0", "--repeat-penalty", "50", "--repeat-window", "0"}, true);
    row("typical-p", {"--typical-p", "0.5"}, false);
}

void TestCliChat::samplersTakePart()
{
    QFETCH(QStringList, options);
    QFETCH(bool, greedy);
    const QJsonObject expected = golden("llama_gqa_tied");
    const QStringList base{"chat",         kTiny,    "--ids",        ids(expected["ids_A"]),
                           "--max-tokens", "24",     "--ignore-eos", "--device",
                           "cpu",          "--json", "--seed",       "5"};
    QStringList hot{"--top-k",          "0", "--top-p",       "1", "--min-p", "0",
                    "--repeat-penalty", "1", "--temperature", "9"};
    for (qsizetype i = 0; i < options.size(); i += 2) {
        if (const qsizetype at = hot.indexOf(options[i]); at >= 0)
            hot.remove(at, 2);
    }
    const QJsonObject json = runLathe(base + hot + options).json();
    QCOMPARE(json["ids"].toArray().size(), 24);
    QCOMPARE(json["ids"].toArray() == expected["greedy_A"].toArray(), greedy);
    QCOMPARE(runLathe(base + hot + options).json()["ids"].toArray(),
             json["ids"].toArray()); // one seed, one text
}

void TestCliChat::whatIsFullIsSaid()
{
    // --quiet silences notes, not this.
    const QStringList base{"chat",         kTiny,      "--prompt", "Hello",   "--ctx", "64",
                           "--ignore-eos", "--device", "cpu",      "--quiet", "--json"};
    const Ran stopped = runLathe(base + QStringList{"--max-tokens", "0"});
    QCOMPARE(stopped.status, 0);
    QCOMPARE(stopped.json()["finish"].toString(), QString("length"));
    QVERIFY(stopped.json()["context_full"].toBool());
    QCOMPARE(stopped.json()["dropped_tokens"].toInt(), 0);
    QVERIFY2(stopped.err.contains("The context of 64 tokens is full"), stopped.err.constData());
    const Ran shifted = runLathe(base + QStringList{"--max-tokens", "100", "--overflow", "shift"});
    QCOMPARE(shifted.json()["tokens"].toInt(), 100);
    QVERIFY(!shifted.json()["context_full"].toBool());
    QVERIFY(shifted.json()["dropped_tokens"].toInt() > 0);
    QVERIFY2(shifted.err.contains("tokens are dropped"), shifted.err.constData());
}

void TestCliChat::aFailedAnswerLeavesTheConversation()
{
    const QByteArray tooLong = QByteArray("word ").repeated(100);
    const Ran ran = runLathe(
        {"chat", kTiny, "--device", "cpu", "--max-tokens", "3", "--ignore-eos", "--ctx", "96", "--quiet"},
        "Hello\n" + tooLong + "\n/history\n");
    QCOMPARE(ran.status, 0);
    QVERIFY2(ran.err.startsWith("context: the prompt has "), ran.err.constData()); // said though --quiet
    QCOMPARE(ran.out.count("user: "), 1);
    QCOMPARE(ran.out.count("assistant: "), 1);
}

void TestCliChat::whatTheModelAsksFor_data()
{
    QTest::addColumn<QVariantMap>("asked"); ///< keys of the GGUF file
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QJsonObject>("sampler");
    const auto sampler = [](double temperature, int topK, double topP, double minP, double penalty) {
        return QJsonObject{{"temperature", temperature},
                           {"top_k", topK},
                           {"top_p", topP},
                           {"min_p", minP},
                           {"typical_p", 1.0},
                           {"repeat_penalty", penalty}};
    };
    const QVariantMap asked{{"temp", 0.5}, {"top_k", 20}, {"top_p", 0.75}};
    QTest::newRow("nothing") << QVariantMap() << QStringList() << sampler(0.7, 40, 0.95, 0.05, 1.05);
    QTest::newRow("the model's") << asked << QStringList() << sampler(0.5, 20, 0.75, 0, 1);
    QTest::newRow("an option counts more")
        << asked << QStringList{"--top-k", "7", "--min-p", "0.1"} << sampler(0.5, 7, 0.75, 0.1, 1);
    QTest::newRow("greedy") << QVariantMap{{"temp", 0.5}, {"penalty_repeat", 1.25}}
                            << QStringList{"--temperature", "0"} << sampler(0, 0, 1, 0, 1);
    QTest::newRow("penalty and floor") << QVariantMap{{"penalty_repeat", 1.25}, {"min_p", 0.25}}
                                       << QStringList() << sampler(1, 0, 1, 0.25, 1.25);
    QTest::newRow("out of range") << QVariantMap{{"temp", -1.0}} << QStringList()
                                  << sampler(0.7, 40, 0.95, 0.05, 1.05);
}

void TestCliChat::whatTheModelAsksFor()
{
    QFETCH(QVariantMap, asked);
    QFETCH(QStringList, options);
    const QString model = rewrittenModel(m_folder.filePath("asks.gguf"), [&](GgufWriter &writer) {
        for (const auto &[key, value] : asked.asKeyValueRange()) {
            const std::string name = "general.sampling." + key.toStdString();
            if (key == "top_k")
                writer.setI32(name, value.toInt());
            else
                writer.setF32(name, value.toFloat());
        }
    });
    const Ran ran = runLathe(
        QStringList{"chat", model, "--prompt", "Hello", "--max-tokens", "1", "--device", "cpu", "--json"} +
        options);
    QTEST(ran.json()["sampler"].toObject(), "sampler");
    QCOMPARE(ran.err.contains("out of range"), asked.value("temp").toDouble() < 0);
}

void TestCliChat::reasoning()
{
    // The model is random: with a template that opens the reasoning all it writes belongs to it.
    const QString tagged =
        m_folder.write("tagged.jinja", "{% for m in messages %}{{ m.content }}{% endfor %}:<think>\n");
    const QStringList base{"chat",         kTiny,           "--prompt", "Hello",        "--template",
                           tagged,         "--temperature", "0",        "--max-tokens", "8",
                           "--ignore-eos", "--device",      "cpu"};
    const QJsonObject json = runLathe(base + QStringList{"--json"}).json();
    QCOMPARE(json["text"].toString(), QString());
    QVERIFY(!json["reasoning"].toString().isEmpty());
    QCOMPARE(json["reasoning_tokens"].toInt(), 8);
    QCOMPARE(json["tokens"].toInt(), 8);
    const Ran piped = runLathe(base);
    QCOMPARE(piped.out, QByteArray("\n"));
    QVERIFY(piped.err.contains("8 tokens (8 of reasoning)"));
    QVERIFY(piped.err.contains("ended inside its reasoning"));
    const Ran shown = runLathe(base + QStringList{"--reasoning", "show"});
    QCOMPARE(QString::fromUtf8(shown.out), "<think>\n" + json["reasoning"].toString() + "\n</think>\n\n\n");
    QCOMPARE(runLathe(base + QStringList{"--reasoning", "maybe"}).status, 2);
    // Raw ids have no template that marks anything.
    const QString list = ids(json["ids"]);
    const QJsonObject raw = runLathe({"chat", kTiny, "--ids", list, "--temperature", "0", "--max-tokens", "4",
                                      "--ignore-eos", "--device", "cpu", "--json"})
                                .json();
    QCOMPARE(raw["reasoning_tokens"].toInt(), 0);
    QVERIFY(!raw["text"].toString().isEmpty());
}

void TestCliChat::reasoningAtATerminal()
{
    if (!Terminal::available())
        QSKIP("no terminals here: /dev/pts is not mounted");
    // The template shows what of the turns before comes back to it.
    const QString file = m_folder.write(
        "turns.jinja", "{% for m in messages %}{{ m.content }}{{ '#' if m.reasoning_content }}{% endfor %}"
                       "{% if messages|length > 1 and not messages[1].reasoning_content %}"
                       "{{ raise_exception('lost') }}{% endif %}<think>");
    Terminal terminal({"chat", kTiny, "--device", "cpu", "--max-tokens", "3", "--ignore-eos", "--quiet",
                       "--template", file});
    QVERIFY(terminal.waitFor("\x1b[?2004h"));
    terminal.type("Hello\r");
    QVERIFY2(terminal.waitFor("\x1b[2m"), terminal.screen().constData()); // dimmed
    QVERIFY(terminal.waitFor("\x1b[22m"));
    QVERIFY(terminal.waitFor("\x1b[?2004h"));
    terminal.type("Again\r");
    QVERIFY2(terminal.waitFor("\x1b[2m"), terminal.screen().constData());
    QVERIFY(!terminal.screen().contains("lost"));
    QVERIFY(terminal.waitFor("\x1b[?2004h"));
    terminal.type("\x04");
    QCOMPARE(terminal.waitForEnd(), 0);
}

void TestCliChat::atATerminal()
{
    if (!Terminal::available())
        QSKIP("no terminals here: /dev/pts is not mounted");
    const QByteArray next = "\x1b[?2004h"; // the next line begins
    Terminal terminal({"chat", kTiny, "--device", "cpu", "--max-tokens", "3", "--ignore-eos", "--quiet"});
    QVERIFY(terminal.waitFor(next));
    terminal.type("Helo\x1b[Dl\r");
    QVERIFY(terminal.waitFor(next));
    terminal.type("\x1b[A, you\r");
    QVERIFY(terminal.waitFor(next));
    terminal.type("/history\r");
    QVERIFY2(terminal.waitFor("user: Hello\r\n"), terminal.screen().constData());
    QVERIFY2(terminal.waitFor("user: Hello, you\r\n"), terminal.screen().constData());
    QVERIFY(terminal.waitFor(next));
    terminal.type("one\\\r");
    QVERIFY(terminal.waitFor(next));
    terminal.type("two\r");
    QVERIFY(terminal.waitFor(next));
    terminal.type("\x1b[200~/history\x1b[201~\r");
    QVERIFY2(terminal.waitFor("user: one\r\ntwo\r\n"), terminal.screen().constData());
    QVERIFY(terminal.waitFor(next));
    terminal.type("\x04");
    QCOMPARE(terminal.waitForEnd(), 0);
}

void TestCliChat::interruptStopsTheAnswerOnly()
{
    if (!Terminal::available())
        QSKIP("no terminals here: /dev/pts is not mounted");
    Terminal terminal(
        {"chat", kTiny, "--device", "cpu", "--max-tokens", "0", "--ignore-eos", "--overflow", "shift"});
    QVERIFY(terminal.waitFor("> "));
    terminal.type("Go on for ever\r");
    QVERIFY(terminal.waitFor("tokens are dropped")); // it is well under way
    terminal.type("\x03");
    QVERIFY2(terminal.waitFor("Stopped."), terminal.screen().constData());
    QVERIFY(terminal.waitFor("cancelled"));
    QVERIFY(terminal.waitFor("> "));
    terminal.type("/history\r");
    QVERIFY(terminal.waitFor("user: Go on for ever\r\nassistant: "));
    QVERIFY(terminal.waitFor("\x1b[?2004h"));
    terminal.type("/exit\r");
    QCOMPARE(terminal.waitForEnd(), 0);
}

void TestCliChat::interruptAtThePrompt()
{
    if (!Terminal::available())
        QSKIP("no terminals here: /dev/pts is not mounted");
    Terminal terminal({"chat", kTiny, "--device", "cpu", "--quiet"});
    QVERIFY(terminal.waitFor("> "));
    terminal.type("half a question\x03");
    QVERIFY(terminal.waitFor("^C\r\n"));
    QVERIFY(terminal.waitFor("> "));
    terminal.type("\x03");
    QVERIFY(terminal.waitFor("Ctrl+C again leaves"));
    terminal.type("x\x7f\x03"); // something was typed in between: asked again
    QVERIFY(terminal.waitFor("Ctrl+C again leaves"));
    terminal.type("\x03");
    QCOMPARE(terminal.waitForEnd(), 0);
}

void TestCliChat::interruptWhileReading()
{
    // Neither a file that never ends nor a conversation whose next line does not come holds the program.
    for (const QStringList &arguments :
         {QStringList{"tokenize", kTiny, "--file", "-"}, QStringList{"chat", kTiny, "--device", "cpu"}}) {
        QProcess process;
        process.start(QStringLiteral(LATHE_PROGRAM), arguments);
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY(catchesInterrupts(process.processId()));
        ::kill(pid_t(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        QCOMPARE(process.readAllStandardOutput(), QByteArray());
    }
}

void TestCliChat::aModelCutShortIsNamed()
{
    const QString copy = m_folder.filePath("cut.gguf");
    QVERIFY(QFile::copy(kTiny, copy));
    QProcess process;
    process.start(QStringLiteral(LATHE_PROGRAM),
                  {"chat", copy, "--device", "cpu", "--max-tokens", "3", "--ignore-eos"});
    process.write("Hello\n");
    QByteArray notes;
    while (!notes.contains("tokens/s")) { // the first answer is whole
        QVERIFY2(process.waitForReadyRead(20000) || process.bytesAvailable() > 0, notes.constData());
        notes += process.readAllStandardError();
    }
    QVERIFY(QFile::resize(copy, 4096)); // F32 weights are read where they lie in the file
    process.write("And now?\n");
    QVERIFY(process.waitForFinished(20000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    notes += process.readAllStandardError();
    QVERIFY2(notes.contains("lathe: " + copy.toUtf8() + ": was cut short while it was in use"),
             notes.constData());
}

QTEST_GUILESS_MAIN(TestCliChat)
#include "tst_cli_chat.moc"
