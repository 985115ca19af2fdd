// SPDX-License-Identifier: GPL-3.0-or-later
#include "lathe_program.h"

#include "core/formats/safetensors.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <csignal>
#include <cstring>

namespace {

const QString kModels = QStringLiteral(LATHE_TEST_DATA "/models/");
const QString kTiny = kModels + "llama_gqa_tied/gguf/llama_gqa_tied-F32.gguf";

const QJsonObject golden(const QString &model)
{
    QFile file(kModels + model + "/expected.json");
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

} // namespace

class TestCliModel : public QObject
{
    Q_OBJECT

private slots:
    void tokenizeAndBack();
    void render();
    void inspect();
    void logitsEqualTheGolden_data();
    void logitsEqualTheGolden();
    void chatOnce();
    void chatInteractive();
    void bench();
    void devices();
    void failures_data();
    void failures();
    void keepsAnExistingFile();
    void brokenTemplateLeavesTheRest();
    void interrupt();

private:
    QString write(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName()
                                                                                    : QString();
    }
    QString ids(const QString &name, const QJsonValue &list)
    {
        return write(name, QJsonDocument(list.toArray()).toJson());
    }
    QTemporaryDir m_folder;
};

void TestCliModel::tokenizeAndBack()
{
    QFile file(kModels + "llama_gqa_tied/tokenization.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray rows = QJsonDocument::fromJson(file.readAll()).object()["rows"].toArray();
    QJsonArray texts, plainIds, specialIds;
    for (const QJsonValue &row : rows) {
        texts.append(row["text"]);
        plainIds.append(row["ids"]);
        specialIds.append(row["ids_with_special"]);
    }
    const QString list = write("texts.json", QJsonDocument(texts).toJson());
    const auto tokenize = [&](const QStringList &more) {
        QJsonArray all;
        for (const QJsonValue &row :
             runLathe(QStringList{"tokenize", kTiny, "--texts", list, "--json"} + more)
                 .json()["results"]
                 .toArray())
            all.append(row["ids"]);
        return all;
    };
    QCOMPARE(tokenize({}), specialIds);
    QCOMPARE(tokenize({"--no-special"}), plainIds);
    const QString text = write("t.txt", "Hello\xff world\n");
    const QJsonObject one = runLathe({"tokenize", kTiny, "--file", text, "--no-special", "--json"}).json();
    QCOMPARE(one["ids"].toArray().size(), one["pieces"].toArray().size());
    const Ran back = runLathe({"detokenize", kTiny, "--ids", ids("back.json", one["ids"])});
    QCOMPARE(back.out, QByteArray("Hello\xff world\n"));
}

void TestCliModel::render()
{
    const QString messages = write("m.json", R"([{"role":"user","content":"Hi <|x|>"}])");
    const Ran ran = runLathe({"render", kTiny, "--messages", messages, "--json"});
    QVERIFY2(ran.status == 0, ran.err.constData());
    QVERIFY(ran.json()["text"].toString().contains("Hi <|x|>"));
    QVERIFY(!ran.json()["ids"].toArray().isEmpty());
    const QString other =
        write("t.jinja", "{% for m in messages %}[{{ m.role }}:{{ m.content }}]{% endfor %}");
    QCOMPARE(runLathe({"render", kTiny, "--messages", messages, "--template", other}).out,
             QByteArray("[user:Hi <|x|>]"));
    QCOMPARE(runLathe({"chat", kTiny, "--prompt", "a", "--template", other, "--max-tokens", "1", "--device",
                       "cpu"})
                 .status,
             0);
}

void TestCliModel::inspect()
{
    const Ran ran =
        runLathe({"inspect", kTiny, "--tensors", "--json", "--device", "cpu", "--ctx", "100", "--kv", "F16"});
    const QJsonObject json = ran.json();
    QCOMPARE(json["architecture"].toString(), QString("llama"));
    QCOMPARE(json["parameters"].toInteger(), golden("llama_gqa_tied")["params"].toInteger());
    QCOMPARE(json["file_bytes"].toInteger(), QFile(kTiny).size());
    QCOMPARE(json["sha256"].toString().size(), 64);
    const QJsonObject shapes = golden("llama_gqa_tied")["gguf_tensors_row_major_shape"].toObject();
    QCOMPARE(json["tensors"].toArray().size(), shapes.size());
    for (const QJsonValue &tensor : json["tensors"].toArray())
        QCOMPARE(tensor["shape"].toArray(), shapes[tensor["name"].toString()].toArray());
    const QJsonObject memory = json["memory_estimate_bytes"].toObject();
    QCOMPARE(memory["total"].toInteger(),
             memory["weights"].toInteger() + memory["kv"].toInteger() + memory["scratch"].toInteger());
    const QJsonObject config = json["config"].toObject();
    QCOMPARE(memory["kv"].toInteger(), qint64(2) * config["layers"].toInteger() *
                                           config["kvHeads"].toInteger() * config["headSize"].toInteger() *
                                           100 * 2);
    QVERIFY(runLathe({"inspect", kTiny, "--device", "cpu"}).out.contains("llama"));
}

void TestCliModel::logitsEqualTheGolden_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("device");
    for (const char *model : {"llama_gqa_tied", "llama_untied", "llama_rope3"}) {
        for (const char *device : {"cpu", "reference"})
            QTest::addRow("%s %s", model, device) << model << device;
    }
}

void TestCliModel::logitsEqualTheGolden()
{
    QFETCH(QString, model);
    QFETCH(QString, device);
    const QJsonObject expected = golden(model);
    const QString path = kModels + model + "/gguf/" + model + "-F32.gguf";
    const QJsonArray batch{expected["ids_A"], expected["ids_B"]};
    const QString out = m_folder.filePath(model + device + ".safetensors");
    const Ran ran =
        runLathe({"logits", path, "--ids", ids("b.json", batch), "--out", out, "--device", device, "--json"});
    QVERIFY2(ran.status == 0, ran.err.constData());
    const auto ours = lathe::SafetensorsFile::open(out.toStdString());
    const auto theirs =
        lathe::SafetensorsFile::open((kModels + model + "/expected.safetensors").toStdString());
    QVERIFY(ours && theirs);
    for (const auto &[name, key] : {std::pair("logits.0", "logits_A"), std::pair("logits.1", "logits_B")}) {
        const lathe::SafetensorsTensor *a = ours->find(name), *b = theirs->find(key);
        QVERIFY2(a && b, key);
        QCOMPARE(a->data.size(), b->data.size());
        double worst = 0;
        for (size_t at = 0; at < a->data.size(); at += 4) {
            float x = 0, y = 0;
            std::memcpy(&x, a->data.data() + at, 4);
            std::memcpy(&y, b->data.data() + at, 4);
            worst = std::max(worst, std::fabs(double(x) - double(y)));
        }
        QVERIFY2(worst <= 1e-3, qPrintable(QString::number(worst))); // the bound of the golden data
    }
    const QString last = m_folder.filePath(model + device + "last.safetensors");
    const QJsonObject one = runLathe({"logits", path, "--ids", ids("a.json", expected["ids_A"]), "--out",
                                      last, "--last", "--device", device, "--json"})
                                .json();
    QCOMPARE(one["shape"].toArray()[0].toInt(), 1);
}

void TestCliModel::chatOnce()
{
    const QJsonObject expected = golden("llama_gqa_tied");
    const QString list = ids("g.json", expected["ids_A"]);
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

void TestCliModel::chatInteractive()
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

void TestCliModel::bench()
{
    const QJsonObject json =
        runLathe({"bench", kTiny, "-p", "70", "-n", "8", "-r", "2", "-d", "5", "--device", "cpu", "--json"})
            .json();
    QCOMPARE(json["device"].toString(), QString("cpu"));
    QCOMPARE(json["pp"]["tokens"].toInt(), 70);
    QCOMPARE(json["pp"]["tps_all"].toArray().size(), 2);
    QCOMPARE(json["tg"]["cpu_s_all"].toArray().size(), 2);
    QVERIFY(json["tg"]["tps"].toDouble() > 0);
    QVERIFY(json["peak_memory_bytes"].toInteger() >= json["weights_bytes"].toInteger());
    QVERIFY(json["dispatches_per_token"].toInt() > 0);
    QVERIFY(runLathe({"bench", kTiny, "-p", "0", "-n", "2", "-r", "1", "--device", "cpu", "--json"})
                .json()["pp"]
                .isNull());
}

void TestCliModel::devices()
{
    const QJsonArray devices = runLathe({"devices", "--json"}).json()["devices"].toArray();
    QStringList ids;
    for (const QJsonValue &device : devices) {
        ids << device["id"].toString();
        QVERIFY(device["memory_bytes"].toInteger() > 0);
        QVERIFY(QStringList({"passed", "failed", "not run"}).contains(device["selftest"].toString()));
    }
    QVERIFY(ids.size() >= 2);
    QCOMPARE(ids.mid(ids.size() - 2), QStringList({"cpu", "reference"}));
}

void TestCliModel::failures_data()
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
        return QStringList{"logits",   kTiny, "--out", out,
                           "--device", "cpu", "--ids", write(QString("f%1.json").arg(++count), list)};
    };
    row("no such model", {"inspect", "none.gguf"}, 1, "none.gguf: ");
    row("a folder", {"inspect", m_folder.path()}, 1, m_folder.path() + ": ");
    row("not a model", {"tokenize", kModels + "README.md", "--file", kTiny}, 1, kModels + "README.md: ");
    row("no such text", {"tokenize", kTiny, "--file", "none.txt"}, 1, "none.txt: ");
    row("no text named", {"tokenize", kTiny}, 2, "tokenize: ");
    row("ids are no JSON", {"detokenize", kTiny, "--ids", write("bad.json", "[1,")}, 1,
        m_folder.filePath("bad.json: "));
    row("id outside", {"detokenize", kTiny, "--ids", write("out.json", "[99999]")}, 1,
        m_folder.filePath("out.json: "));
    row("messages are no list", {"render", kTiny, "--messages", write("m2.json", "{}")}, 1, "messages: ");
    row("a template's fault",
        {"render", kTiny, "--messages", write("m3.json", "[]"), "--template",
         write("x.jinja", "a\n{{ b | nofilter }}")},
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
    row("an option of later", {"chat", kTiny, "--prompt", "x", "--adapter", "a"}, 2, "--adapter");
    row("temperature", {"chat", kTiny, "--prompt", "x", "--temperature", "-1"}, 2, "--temperature: ");
    row("two questions", {"chat", kTiny, "--prompt", "x", "--ids", "y"}, 2, "chat: ");
    row("context over the model's", {"chat", kTiny, "--prompt", "x", "--ctx", "4096", "--device", "cpu"}, 1,
        "");
    row("prompt over the context",
        {"chat", kTiny, "--prompt", QString("x ").repeated(200), "--ctx", "32", "--device", "cpu"}, 1,
        "context: ");
}

void TestCliModel::failures()
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

void TestCliModel::keepsAnExistingFile()
{
    const QString out = write("kept.safetensors", "mine");
    const QStringList arguments{"logits", kTiny, "--ids",    write("k.json", "[1,2]"),
                                "--out",  out,   "--device", "cpu"};
    const Ran refused = runLathe(arguments);
    QCOMPARE(refused.status, 1);
    QVERIFY2(refused.err.contains("--force"), refused.err.constData());
    QCOMPARE(QFile(out).size(), 4);
    QCOMPARE(runLathe(arguments + QStringList{"--force"}).status, 0);
    QVERIFY(QFile(out).size() > 4);
}

void TestCliModel::brokenTemplateLeavesTheRest()
{
    const QString model =
        QStringLiteral(LATHE_TEST_DATA "/hostile/gguf/000_control_valid.gguf"); // has no template
    QCOMPARE(runLathe({"inspect", model, "--device", "cpu"}).status, 0);
    QCOMPARE(runLathe({"logits", model, "--ids", write("l.json", "[1,2]"), "--out",
                       m_folder.filePath("l.safetensors"), "--device", "cpu"})
                 .status,
             0);
    const Ran chat = runLathe({"chat", model, "--prompt", "x", "--device", "cpu", "--quiet"});
    QCOMPARE(chat.status, 1);
    QVERIFY2(chat.err.contains("000_control_valid.gguf: has no chat template; "), chat.err.constData());
}

void TestCliModel::interrupt()
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

QTEST_GUILESS_MAIN(TestCliModel)
#include "tst_cli_model.moc"
