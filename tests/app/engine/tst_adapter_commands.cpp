// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/lora_maker.h"

#include "lathe_program.h"
#include "loaded_engine.h"
#include "scratch_folder.h"

#include <QDir>
#include <QTest>

using namespace lathe;

/// --adapter of the commands and adapters of the protocol, with a random adapter of the tiny model.
class TestAdapterCommands : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto file = golden::need(ModelFile::open(kTiny.toStdString()));
        const golden::LoraRecipe recipe{
            "llama_gqa_tied",
            "model.layers.",
            {{"self_attn.q_proj", {"attn_q"}, golden::RowsOf::Pairs}, {"mlp.down_proj", {"ffn_down"}}}};
        const golden::LoraMaker maker(*file, recipe, 7);
        maker.writePeft(m_folder.filePath("peft").toStdString());
        m_gguf = m_folder.write("lora.gguf", QByteArray::fromStdString(maker.ggufBytes()));
        m_ids = m_folder.write("ids.json", "[1, 7, 30, 12]");
    }

    void logits()
    {
        const std::vector<float> base = logitsWith({});
        const std::vector<float> peft = logitsWith({"--adapter", m_folder.filePath("peft")});
        QVERIFY(peft != base);
        QCOMPARE(logitsWith({"--adapter", m_gguf}), peft); // the same products
        QCOMPARE(logitsWith({"--adapter", m_gguf + ":1"}), peft);
        const std::vector<float> half = logitsWith({"--adapter", m_gguf + ":0.5"});
        QVERIFY(half != peft && half != base);
        const std::vector<float> twice =
            logitsWith({"--adapter", m_gguf + ":0.5", "--adapter", m_gguf + ":0.5"});
        QVERIFY(nearly(twice, peft) && !nearly(twice, base));
        QVERIFY(nearly(logitsWith({"--adapter", m_gguf + ":0"}), base));
    }

    void chat()
    {
        const QStringList arguments{"chat", kTiny,    "--ids",    m_ids, "--max-tokens", "8", "--temperature",
                                    "0",    "--json", "--device", "cpu", "--ignore-eos"};
        const Ran base = runLathe(arguments);
        const Ran adapted = runLathe(arguments + QStringList{"--adapter", m_gguf});
        QCOMPARE(base.status, 0);
        QVERIFY2(adapted.status == 0, adapted.err.constData());
        QVERIFY(base.json()["ids"] != adapted.json()["ids"]);
    }

    void inspectCommand_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("target");
        QTest::newRow("folder") << m_folder.filePath("peft") << "peft"
                                << "q_proj";
        QTest::newRow("file of it") << m_folder.filePath("peft/adapter_config.json") << "peft"
                                    << "q_proj";
        QTest::newRow("gguf") << m_gguf << "gguf"
                              << "attn_q";
    }
    void inspectCommand()
    {
        QFETCH(QString, path);
        QFETCH(QString, target);
        const QJsonObject json = runLathe({"inspect", path, "--tensors", "--json"}).json();
        QCOMPARE(json["kind"].toString(), QString("adapter"));
        QTEST(json["format"].toString(), "format");
        const auto file = golden::need(LoraFile::open(m_gguf.toStdString()));
        const int layers = golden::need(ModelFile::open(kTiny.toStdString()))->config().layers.size();
        QCOMPARE(json["rank"].toInt(), int(file->pairs().front().a.rows));
        QCOMPARE(json["alpha"].toDouble(), 6.0);
        QCOMPARE(json["targets"].toObject().size(), 2);
        QCOMPARE(json["targets"][target].toInt(), layers);
        QCOMPARE(json["matrices"].toInt(), 2 * layers);
        qint64 parameters = 0;
        for (const QJsonValue &tensor : json["tensors"].toArray())
            parameters += tensor["shape"][0].toInteger() * tensor["shape"][1].toInteger();
        QCOMPARE(json["parameters"].toInteger(), parameters);
        QCOMPARE(json["tensors"].toArray().size(), 4 * layers);
        const QByteArray text = runLathe({"inspect", path}).out;
        QVERIFY2(text.contains("alpha 6") && text.contains(target.toUtf8() + " × "), text.constData());
        const Ran stats = runLathe({"inspect", path, "--stats"});
        QCOMPARE(stats.status, 1);
        QVERIFY(stats.err.contains("unsupported: --stats of an adapter"));
    }

    void inspectRefusesOthers()
    {
        const QString folder = m_folder.filePath("dora");
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(QFile::copy(m_folder.filePath("peft/adapter_model.safetensors"),
                            folder + "/adapter_model.safetensors"));
        const Ran none = runLathe({"inspect", folder});
        QCOMPARE(none.status, 1);
        m_folder.write("dora/adapter_config.json",
                       R"({"peft_type": "LORA", "r": 3, "lora_alpha": 6.0, "use_dora": true})");
        const Ran dora = runLathe({"inspect", folder});
        QCOMPARE(dora.status, 1);
        QVERIFY2(dora.err.contains("unsupported: use_dora"), dora.err.constData());
        QCOMPARE(dora.out, QByteArray());
    }

    void faults()
    {
        const QString nowhere = m_folder.filePath("nowhere.gguf");
        const Ran missing = run({"--adapter", nowhere});
        QCOMPARE(missing.status, 1);
        QVERIFY2(missing.err.contains(nowhere.toUtf8()), missing.err.constData());
        const Ran noAdapter = run({"--adapter", kTiny});
        QCOMPARE(noAdapter.status, 1);
        QVERIFY2(noAdapter.err.contains("is no adapter"), noAdapter.err.constData());
        for (const char *scale : {":inf", ":nan", ":1e999"})
            QCOMPARE(run({"--adapter", m_gguf + scale}).status, 2);
        QCOMPARE(run({"--adapter", ":1"}).status, 2);
    }

    void protocol()
    {
        Loaded l;
        const QJsonObject question{{"ids", QJsonArray{1, 7, 30, 12}}, {"maxTokens", 8}, {"ignoreEos", true}};
        const QJsonArray adapters{QJsonObject{{"path", m_gguf}, {"scale", 1}}};
        const QJsonObject base = l.generate(question);
        QCOMPARE(base["ids"].toArray().size(), 8);
        QCOMPARE(
            errorCode(l.engine.call("session.setAdapters", {{"session", l.session}, {"adapters", adapters}})),
            0);
        const QJsonObject adapted = l.generate(question);
        QCOMPARE(adapted["cachedTokens"].toInt(), 0); // the other's keys and values are of no use
        QVERIFY(adapted["ids"] != base["ids"]);
        // The answer says which adapters made it.
        const QJsonArray used{QJsonObject{{"path", m_gguf}, {"name", "lora"}, {"scale", 1}}};
        QCOMPARE(base["adapters"].toArray(), QJsonArray());
        QCOMPARE(adapted["adapters"].toArray(), used);
        QVERIFY(errorCode(l.engine.call(
                    "session.setAdapters",
                    {{"session", l.session}, {"adapters", QJsonArray{QJsonObject{{"path", kTiny}}}}})) != 0);
        const QJsonObject kept = l.generate(question);
        QCOMPARE(kept["ids"], adapted["ids"]); // keeps what it had
        QCOMPARE(kept["adapters"].toArray(), used);
        l.engine.call("session.setAdapters", {{"session", l.session}});
        QCOMPARE(l.generate(question)["ids"], base["ids"]);
        const QJsonObject created =
            l.engine.call("session.create", {{"model", l.model}, {"context", 64}, {"adapters", adapters}});
        QCOMPARE(created["result"]["adapters"].toArray(), used);
        l.session = created["result"].toObject()["session"].toString();
        QCOMPARE(l.generate(question)["ids"], adapted["ids"]);
        for (const QJsonValue &wrong :
             {QJsonValue("x"), QJsonValue(QJsonArray{1}), QJsonValue(QJsonArray{QJsonObject{{"scale", 1}}})})
            QCOMPARE(errorCode(
                         l.engine.call("session.setAdapters", {{"session", l.session}, {"adapters", wrong}})),
                     -32602);
    }

    void inspect()
    {
        Loaded l;
        for (const QString &path : {m_gguf, m_folder.filePath("peft")}) {
            const QJsonObject told =
                l.engine.call("adapter.inspect", {{"model", l.model}, {"path", path}})["result"].toObject();
            QCOMPARE(told["path"].toString(), path);
            QCOMPARE(told["name"].toString(), path == m_gguf ? "lora" : "peft");
            QCOMPARE(told["matrices"].toInt(), 2 * 4); // of four layers
            QVERIFY(told["rank"].toInt() > 0);
            QVERIFY(told["bytes"].toInt() >= told["rank"].toInt() * 8 * int(sizeof(float)));
        }
        QCOMPARE(errorCode(l.engine.call("adapter.inspect", {{"model", l.model}, {"path", kTiny}})), -32001);
        QCOMPARE(errorCode(l.engine.call("adapter.inspect", {{"model", "m99"}, {"path", m_gguf}})), -32002);
    }

    void identify_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("whole");
        const QString folder = kModels + "phi3/hf", peft = m_folder.filePath("peft");
        const auto row = [](const char *name, const QString &path, const char *kind, const QString &whole) {
            QTest::newRow(name) << path << kind << whole;
        };
        row("gguf", kTiny, "model", kTiny);
        row("folder", folder, "model", folder);
        row("its config", folder + "/config.json", "model", folder);
        row("its weights", folder + "/model.safetensors", "model", folder);
        row("gguf adapter", m_gguf, "adapter", m_gguf);
        row("peft folder", peft, "adapter", peft);
        row("its settings", peft + "/adapter_config.json", "adapter", peft);
        row("its matrices", peft + "/adapter_model.safetensors", "adapter", peft);
        row("not there", "/none.gguf", "model", "/none.gguf");
        row("a text", kModels + "README.md", "model", kModels + "README.md");
        // A part of a split file stands for the whole, which is named by its first part.
        const QString first = m_folder.write("whole-00001-of-00002.gguf", "x");
        row("part", m_folder.write("whole-00002-of-00002.gguf", "x"), "model", first);
        row("lonely part", m_folder.write("one-00002-of-00002.gguf", "x"), "model",
            m_folder.filePath("one-00002-of-00002.gguf"));
    }
    void identify()
    {
        QFETCH(QString, path);
        QFETCH(QString, whole);
        EngineProcess engine;
        engine.greet();
        const QJsonObject found = engine.call("files.identify", {{"path", path}})["result"].toObject();
        QTEST(found["kind"].toString(), "kind");
        QCOMPARE(found["path"].toString(), whole);
    }

private:
    Ran run(const QStringList &more)
    {
        return runLathe(QStringList{"logits", kTiny, "--ids", m_ids, "--out",
                                    m_folder.filePath("out.safetensors"), "--force", "--device", "cpu"} +
                        more);
    }

    std::vector<float> logitsWith(const QStringList &more)
    {
        const Ran ran = run(more);
        if (ran.status != 0)
            throw std::runtime_error(ran.err.toStdString());
        return golden::File(m_folder.filePath("out.safetensors").toStdString()).floats("logits");
    }

    static bool nearly(const std::vector<float> &a, const std::vector<float> &b)
    {
        return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                                  [](float x, float y) { return std::abs(x - y) < 1e-4f; });
    }

    ScratchFolder m_folder;
    QString m_gguf, m_ids;
};

QTEST_GUILESS_MAIN(TestAdapterCommands)
#include "tst_adapter_commands.moc"
