// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_models.h"
#include "lathe_program.h"
#include "scratch_folder.h"

#include "core/formats/gguf.h"
#include "core/formats/safetensors.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>

class TestCliModel : public QObject
{
    Q_OBJECT

private slots:
    void tokenizeAndBack();
    void render();
    void renderCallsOfTools();
    void inspect();
    void statsAreOfTheDecodedValues();
    void logitsEqualTheGolden_data();
    void logitsEqualTheGolden();
    void bench();
    void devices();
    void keepsAnExistingFile();
    void brokenTemplateLeavesTheRest();

private:
    QString ids(const QString &name, const QJsonValue &list)
    {
        return m_folder.write(name, QJsonDocument(list.toArray()).toJson());
    }
    ScratchFolder m_folder;
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
    const QString list = m_folder.write("texts.json", QJsonDocument(texts).toJson());
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
    // --plain changes how spellings are read, not what is added.
    const QString special = m_folder.write("special.txt", "<|im_end|>");
    const auto idsOf = [&](const QStringList &more) {
        return runLathe(QStringList{"tokenize", kTiny, "--file", special, "--json"} + more)
            .json()["ids"]
            .toArray();
    };
    QCOMPARE(idsOf({}).size(), 2); // BOS and the token
    QCOMPARE(idsOf({"--no-special"}).size(), 1);
    const QJsonArray plain = idsOf({"--plain", "--no-special"});
    QVERIFY(plain.size() > 2);
    QJsonArray withBos = plain;
    withBos.prepend(idsOf({})[0]);
    QCOMPARE(idsOf({"--plain"}), withBos);
    QCOMPARE(runLathe({"tokenize", kTiny, "--file", "-", "--json"}, "<|im_end|>").json()["ids"].toArray(),
             idsOf({}));
    const QString text = m_folder.write("t.txt", "Hello\xff world\n");
    const QJsonObject one = runLathe({"tokenize", kTiny, "--file", text, "--no-special", "--json"}).json();
    QCOMPARE(one["ids"].toArray().size(), one["pieces"].toArray().size());
    const Ran back = runLathe({"detokenize", kTiny, "--ids", ids("back.json", one["ids"])});
    QCOMPARE(back.out, QByteArray("Hello\xff world\n"));
}

void TestCliModel::render()
{
    const QString messages = m_folder.write("m.json", R"([{"role":"user","content":"Hi <|x|>"}])");
    const Ran ran = runLathe({"render", kTiny, "--messages", messages, "--json"});
    QVERIFY2(ran.status == 0, ran.err.constData());
    QVERIFY(ran.json()["text"].toString().contains("Hi <|x|>"));
    QVERIFY(!ran.json()["ids"].toArray().isEmpty());
    const QString other =
        m_folder.write("t.jinja", "{% for m in messages %}[{{ m.role }}:{{ m.content }}]{% endfor %}");
    QCOMPARE(runLathe({"render", kTiny, "--messages", messages, "--template", other}).out,
             QByteArray("[user:Hi <|x|>]"));
    QCOMPARE(runLathe({"chat", kTiny, "--prompt", "a", "--template", other, "--max-tokens", "1", "--device",
                       "cpu"})
                 .status,
             0);
}

void TestCliModel::renderCallsOfTools()
{
    // An answer that only calls tools has content null, as transformers takes it; any other must have text.
    const QString calls =
        m_folder.write("calls.json", R"([{"role":"assistant","content":null,"tool_calls":[{"name":"f"}]}])");
    const QString shown = m_folder.write("calls.jinja", "{{ messages[0].content is none }}");
    QCOMPARE(runLathe({"render", kTiny, "--messages", calls, "--template", shown}).out, QByteArray("True"));
    const QString none = m_folder.write("none.json", R"([{"role":"assistant","content":null}])");
    QCOMPARE(runLathe({"render", kTiny, "--messages", none, "--template", shown}).status, 1);
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

void TestCliModel::statsAreOfTheDecodedValues()
{
    const QJsonArray tensors =
        runLathe({"inspect", kTiny, "--stats", "--json", "--device", "cpu"}).json()["tensors"].toArray();
    const auto file = lathe::GgufFile::open(kTiny.toStdString());
    QVERIFY(file);
    QCOMPARE(size_t(tensors.size()), file->tensors().size());
    for (qsizetype t = 0; t < tensors.size(); ++t) {
        const lathe::GgufTensor &tensor = file->tensors()[size_t(t)];
        std::vector<float> values(tensor.data.size() / sizeof(float)); // the file is F32
        std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
        long double sum = 0, squares = 0;
        for (const float v : values)
            sum += v;
        const long double mean = sum / values.size();
        for (const float v : values)
            squares += (v - mean) * (v - mean);
        const long double deviation = std::sqrt(squares / values.size());
        const auto far = std::count_if(values.begin(), values.end(),
                                       [&](float v) { return std::fabs(v - mean) > 6 * deviation; });
        const auto zeros = std::count(values.begin(), values.end(), 0.0f);
        const QJsonObject stats = tensors[t]["stats"].toObject();
        const auto near = [&](const char *name, long double expected) {
            return std::fabs(stats[name].toDouble() - double(expected)) <=
                   1e-12 + 1e-9 * std::fabs(double(expected));
        };
        QVERIFY2(near("mean", mean) && near("std", deviation), tensor.name.data());
        QCOMPARE(stats["min"].toDouble(), double(*std::min_element(values.begin(), values.end())));
        QCOMPARE(stats["max"].toDouble(), double(*std::max_element(values.begin(), values.end())));
        QVERIFY(near("zero_share", (long double)zeros / values.size()));
        QVERIFY(near("outlier_share", (long double)far / values.size()));
        QCOMPARE(stats["not_finite"].toInt(), 0);
        const QJsonArray counts = stats["histogram"]["counts"].toArray();
        QCOMPARE(counts.size(), 64);
        qint64 counted = 0;
        for (const QJsonValue &count : counts)
            counted += count.toInteger();
        QCOMPARE(size_t(counted), values.size());
        QVERIFY(counts[63].toInt() > 0); // the largest value is in the last bin
    }
    QVERIFY(runLathe({"inspect", kTiny, "--stats", "--device", "cpu"}).out.contains("beyond 6 std"));
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
    // 0.8 MB of weights once a token, and the two figures that the share is made of.
    const double share = json["bandwidth_share"].toDouble();
    const double bytes = share * json["bandwidth_bytes_per_s"].toDouble() / json["tg"]["tps"].toDouble();
    const double weights = double(json["weights_bytes"].toInteger()), perPosition = 2 * 4 * 2 * 16 * 4;
    QVERIFY2(std::fabs(bytes - weights - 9 * perPosition) < 1, qPrintable(QString::number(bytes)));
    QVERIFY(share > 0);
    QVERIFY(runLathe({"bench", kTiny, "-p", "4", "-n", "0", "-r", "1", "--device", "cpu", "--json"})
                .json()["bandwidth_share"]
                .isNull());
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

void TestCliModel::keepsAnExistingFile()
{
    const QString out = m_folder.write("kept.safetensors", "mine");
    const QStringList arguments{"logits", kTiny, "--ids",    m_folder.write("k.json", "[1,2]"),
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
    QCOMPARE(runLathe({"logits", model, "--ids", m_folder.write("l.json", "[1,2]"), "--out",
                       m_folder.filePath("l.safetensors"), "--device", "cpu"})
                 .status,
             0);
    const Ran chat = runLathe({"chat", model, "--prompt", "x", "--device", "cpu", "--quiet"});
    QCOMPARE(chat.status, 1);
    QVERIFY2(chat.err.contains("000_control_valid.gguf: has no chat template; "), chat.err.constData());
}

QTEST_GUILESS_MAIN(TestCliModel)
#include "tst_cli_model.moc"
