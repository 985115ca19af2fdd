// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_models.h"
#include "lathe_program.h"
#include "scratch_folder.h"

#include "tests/core/model/golden_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QTest>

#include <cmath>
#include <cstring>

/// Hugging Face folders through the real program: every command takes one where MODEL stands.
class TestCliFolders : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto folder = [&](const char *variant) {
            return QString::fromStdString(lathe::golden::folderOf((kModels + "llama_gqa_tied").toStdString(),
                                                                  variant, m_folder.path().toStdString())
                                              .string());
        };
        m_model = folder("hf_sharded");
        m_half = folder("hf_bf16");
    }

    void generationConfig()
    {
        const QString folder = m_folder.filePath("asks");
        QVERIFY(QDir().mkpath(folder));
        for (const QFileInfo &file : QDir(m_model).entryInfoList(QDir::Files))
            QVERIFY(QFile::copy(file.filePath(), folder + "/" + file.fileName()));
        QFile config(folder + "/generation_config.json");
        QVERIFY(config.remove() && config.open(QIODevice::WriteOnly));
        config.write(R"({"eos_token_id": 2, "temperature": 0.25, "top_k": 3, "do_sample": true})");
        config.close();
        const QStringList chat{"--prompt", "Hello", "--max-tokens", "1", "--device", "cpu", "--json"};
        const QJsonObject asked = runLathe(QStringList{"chat", folder} + chat).json()["sampler"].toObject();
        QCOMPARE(asked["temperature"].toDouble(), 0.25);
        QCOMPARE(asked["top_k"].toInt(), 3);
        QCOMPARE(asked["repeat_penalty"].toDouble(), 1.0);
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(R"({"do_sample": false})");
        config.close();
        const QJsonObject greedy = runLathe(QStringList{"chat", folder} + chat).json()["sampler"].toObject();
        QCOMPARE(greedy["temperature"].toDouble(-1), 0.0);
    }

    void inspect()
    {
        const QJsonObject json =
            runLathe({"inspect", m_model, "--tensors", "--json", "--device", "cpu"}).json();
        QCOMPARE(json["architecture"].toString(), QString("llama"));
        QCOMPARE(json["name"].toString(), QString("hf_sharded"));
        QCOMPARE(json["parameters"].toInteger(), golden("llama_gqa_tied")["params"].toInteger());
        QCOMPARE(json["context"].toInt(), 512);
        QCOMPARE(json["quantization"].toString(), QString("F32"));
        QCOMPARE(json["tokenizer"]["vocabulary"].toInt(), 512);
        QVERIFY(json["template"]["present"].toBool());
        qint64 bytes = 0;
        for (const QFileInfo &file : QDir(m_model).entryInfoList({"*.safetensors"}))
            bytes += file.size();
        QCOMPARE(json["file_bytes"].toInteger(), bytes);
        QCOMPARE(json["sha256"].toString().size(), 64);
        bool found = false;
        for (const QJsonValue &tensor : json["tensors"].toArray()) {
            if (tensor["name"] != "model.layers.3.mlp.down_proj.weight")
                continue;
            found = true;
            QCOMPARE(tensor["type"].toString(), QString("F32"));
            QCOMPARE(tensor["shape"].toArray(), (QJsonArray{64, 160}));
            QCOMPARE(tensor["bytes"].toInt(), 64 * 160 * 4);
        }
        QVERIFY(found);
        // The estimate is that of the same weights in a GGUF file.
        const QJsonObject gguf = runLathe({"inspect", kTiny, "--json", "--device", "cpu"}).json();
        QCOMPARE(json["memory_estimate_bytes"], gguf["memory_estimate_bytes"]);
        const QJsonArray stats = runLathe({"inspect", m_model, "--stats", "--json", "--device", "cpu"})
                                     .json()["tensors"]
                                     .toArray();
        QCOMPARE(stats[0]["stats"]["histogram"]["counts"].toArray().size(), 64);
    }

    void inspectsConfigAlone()
    {
        const QString config = m_model + "/config.json";
        const Ran ran = runLathe({"inspect", config, "--tensors", "--json", "--device", "cpu"});
        QVERIFY2(ran.status == 0, ran.err.constData());
        QCOMPARE(ran.json()["tensors"].toArray().size(), 0);
        QCOMPARE(ran.json()["parameters"].toInteger(), golden("llama_gqa_tied")["params"].toInteger());
        const QJsonObject whole = runLathe({"inspect", m_model, "--json", "--device", "cpu"}).json();
        QCOMPARE(ran.json()["memory_estimate_bytes"], whole["memory_estimate_bytes"]);
        QVERIFY(runLathe({"inspect", config, "--device", "cpu"}).out.contains("no weights"));
    }

    void inspectsOneSafetensorsFile()
    {
        const QString file = m_model + "/model-00004-of-00004.safetensors";
        const Ran ran = runLathe({"inspect", file, "--tensors", "--json", "--device", "cpu"});
        QVERIFY2(ran.status == 0, ran.err.constData());
        QVERIFY(ran.json()["architecture"].isNull() && ran.json()["memory_estimate_bytes"].isNull());
        QCOMPARE(ran.json()["file_bytes"].toInteger(), QFileInfo(file).size());
        qint64 bytes = 0;
        for (const QJsonValue &tensor : ran.json()["tensors"].toArray())
            bytes += tensor["bytes"].toInteger();
        QCOMPARE(ran.json()["parameters"].toInteger(), bytes / 4);
    }

    void logitsEqualTheGolden()
    {
        const QString ids =
            m_folder.write("ids.json", QJsonDocument(golden("llama_gqa_tied")["ids_A"].toArray()).toJson());
        const auto theirs =
            lathe::SafetensorsFile::open((kModels + "llama_gqa_tied/expected.safetensors").toStdString());
        QVERIFY(theirs);
        for (const auto &[folder, key] :
             {std::pair(m_model, "logits_A"), std::pair(m_half, "logits_A_bf16w")}) {
            const QString out = m_folder.filePath(QString(key) + ".safetensors");
            const Ran ran =
                runLathe({"logits", folder, "--ids", ids, "--out", out, "--device", "cpu", "--json"});
            QVERIFY2(ran.status == 0, ran.err.constData());
            const auto ours = lathe::SafetensorsFile::open(out.toStdString());
            QVERIFY(ours);
            const lathe::SafetensorsTensor *a = ours->find("logits"), *b = theirs->find(key);
            QVERIFY(a && b && a->data.size() == b->data.size());
            double worst = 0;
            for (size_t at = 0; at < a->data.size(); at += sizeof(float)) {
                float x = 0, y = 0;
                std::memcpy(&x, a->data.data() + at, sizeof x);
                std::memcpy(&y, b->data.data() + at, sizeof y);
                worst = std::fmax(worst, std::fabs(double(x) - y));
            }
            QVERIFY2(worst < 1e-3, qPrintable(QString::number(worst)));
        }
    }

    /// Text commands give what they give from the GGUF file.
    void textEqualsTheGgufs()
    {
        const QString text = m_folder.write("t.txt", "Hello <|im_start|> world, déjà vu 123");
        const QString messages = m_folder.write("m.json", R"([{"role":"user","content":"Hi there"}])");
        const QList<QStringList> commands{
            {"tokenize", "", "--file", text, "--json"},
            {"tokenize", "", "--file", text, "--plain", "--no-special", "--json"},
            {"render", "", "--messages", messages, "--json"},
            {"chat", "", "--prompt", "Hi", "--temperature", "0", "--max-tokens", "12", "--ignore-eos",
             "--json", "--device", "cpu"}};
        for (QStringList command : commands) {
            command[1] = m_model;
            const Ran folder = runLathe(command);
            command[1] = kTiny;
            const Ran gguf = runLathe(command);
            QVERIFY2(folder.status == 0 && gguf.status == 0, folder.err + gguf.err);
            QCOMPARE(folder.json()["ids"], gguf.json()["ids"]);
            QCOMPARE(folder.json()["text"], gguf.json()["text"]);
        }
        const Ran bench =
            runLathe({"bench", m_model, "-p", "8", "-n", "2", "-r", "1", "--json", "--device", "cpu"});
        QVERIFY2(bench.status == 0, bench.err.constData());
        QCOMPARE(bench.json()["weights_bytes"].toInteger(),
                 runLathe({"bench", kTiny, "-p", "8", "-n", "2", "-r", "1", "--json", "--device", "cpu"})
                     .json()["weights_bytes"]
                     .toInteger());
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("pickle") << "pytorch_model.bin" << QByteArray("convert to safetensors");
        QTest::newRow("no config") << "notes.txt" << QByteArray("has no config.json");
    }
    void refusals()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, message);
        const QString folder = m_folder.filePath(file + ".d");
        QVERIFY(QDir().mkpath(folder));
        if (file != "notes.txt")
            QVERIFY(QFile::copy(m_model + "/config.json", folder + "/config.json"));
        QFile weights(folder + "/" + file);
        QVERIFY(weights.open(QIODevice::WriteOnly) && weights.write("x") == 1);
        weights.close();
        for (const QString &path : {folder, file.endsWith(".bin") ? weights.fileName() : folder}) {
            const Ran ran = runLathe({"inspect", path, "--device", "cpu"});
            QCOMPARE(ran.status, 1);
            QVERIFY2(ran.err.startsWith("lathe: " + folder.toUtf8()) && ran.err.contains(message),
                     ran.err.constData());
            QCOMPARE(ran.out, QByteArray());
        }
    }

    void hostile_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("expect");
        QFile cases(QStringLiteral(LATHE_TEST_DATA "/hostile/cases.json"));
        QVERIFY(cases.open(QIODevice::ReadOnly));
        for (const QJsonValue &row : QJsonDocument::fromJson(cases.readAll()).object()["cases"].toArray()) {
            const QString file = row["file"].toString();
            for (const char *folder : {"hf_config/", "hf_index/", "safetensors/"})
                if (file.startsWith(folder))
                    QTest::newRow(qPrintable(file)) << file << row["expect"].toString();
        }
    }
    void hostile()
    {
        QFETCH(QString, file);
        QFETCH(QString, expect);
        const QString path = QStringLiteral(LATHE_TEST_DATA "/hostile/") + file;
        const Ran ran = runLathe({"inspect", path, "--device", "cpu"});
        QVERIFY2(ran.status == 0 || ran.status == 1, ran.err.constData());
        if (expect != "either")
            QVERIFY2((ran.status == 0) == (expect == "accept"), ran.err.constData());
        if (ran.status == 0)
            return;
        QVERIFY2(ran.err.startsWith("lathe: " + QFileInfo(path).path().toUtf8()) && ran.err.count('\n') == 1,
                 ran.err.constData());
        QCOMPARE(ran.out, QByteArray());
    }

private:
    ScratchFolder m_folder;
    QString m_model, m_half; ///< in shards, and rounded to BF16
};

QTEST_GUILESS_MAIN(TestCliFolders)
#include "tst_cli_folders.moc"
