// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/text/tokenizer_data.h"

#include <QTest>

using namespace lathe;
using namespace lathe::testing;
using Special = Tokenizer::Special;

/// Ids and decoded texts of transformers, for every kind of vocabulary that runs.
class TestTokenizerGolden : public QObject
{
    Q_OBJECT

private slots:
    void equalsTransformers_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<int>("count");
        const auto row = [](const std::string &name, const std::filesystem::path &model,
                            const std::string &expected, int count) {
            QTest::newRow(name.c_str()) << QString::fromStdString(model.string())
                                        << QString::fromStdString(dataFile(expected).string()) << count;
        };
        row("smollm2", defaultModel(), "smollm2/tokenization.json", 40);
        row("smollm2 random", defaultModel(), "tokenizers/smollm2.random.json", 150);
        for (const std::string name : {"llama_gqa_tied", "llama_rope3", "llama_untied"})
            row(name, dataFile("models/" + name + "/gguf/" + name + "-F32.gguf"),
                "models/" + name + "/tokenization.json", 40);
        for (const std::string name : {"llama_rope3", "llama_untied"})
            row(name + " random", dataFile("models/" + name + "/gguf/" + name + "-F32.gguf"),
                "tokenizers/" + name + ".random.json", 150);
        for (const std::string name : {"qwen2", "gpt2", "gemma3"}) {
            row(name, dataFile("tokenizers/" + name + ".gguf"), "tokenizers/" + name + ".json", 40);
            row(name + " random", dataFile("tokenizers/" + name + ".gguf"),
                "tokenizers/" + name + ".random.json", 150);
        }
    }

    void equalsTransformers()
    {
        QFETCH(QString, model);
        QFETCH(QString, expected);
        QFETCH(int, count);
        const auto tokenizer = openTokenizer(model.toStdString());
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
        const auto rows = readJson(expected.toStdString()).at("rows");
        QCOMPARE(int(rows.size()), count);
        for (const auto &row : rows)
            checkRow(*tokenizer, row);
    }

    /// As counted by transformers and llama.cpp (smollm2/perplexity.json).
    void perplexityTextOfTheDefaultModel()
    {
        const auto tokenizer = openTokenizer(defaultModel());
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
        const auto text = readText(dataFile("smollm2/ppl_text.txt"));
        QVERIFY(text);
        const auto ids = tokenizer->encode(*text, Special::Add);
        QVERIFY(ids);
        QCOMPARE(ids->size(), readJson(dataFile("smollm2/perplexity.json")).at("n_tokens").get<size_t>());
        QCOMPARE(tokenizer->decode(*ids), *text);
    }

    /// The rendered conversations of smollm2/chat_template.json, as `chat` feeds them.
    void renderedConversations()
    {
        const auto tokenizer = openTokenizer(defaultModel());
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
        const auto rows = readJson(dataFile("smollm2/chat_template.json")).at("rows");
        QCOMPARE(rows.size(), size_t(12));
        for (const auto &row : rows) {
            const auto ids = tokenizer->encode(row.at("text").get<std::string>(), Special::Read);
            QVERIFY(ids);
            QCOMPARE(toString(*ids), toString(row.at("ids").get<Ids>()));
        }
    }

private:
    static void checkRow(const Tokenizer &tokenizer, const nlohmann::json &row)
    {
        const auto text = row.at("text").get<std::string>();
        const auto want = row.at("ids").get<Ids>();
        const auto ids = tokenizer.encode(text, Special::Read);
        QVERIFY(ids);
        QVERIFY2(*ids == want, (row.dump() + "\n got " + toString(*ids)).c_str());
        if (row.contains("ids_with_special"))
            QCOMPARE(toString(tokenizer.encode(text, Special::Add).value()),
                     toString(row["ids_with_special"].get<Ids>()));
        for (const char *key : {"decoded_keep_special", "decoded_skip_special_false"})
            if (row.contains(key))
                QCOMPARE(tokenizer.decode(want), row[key].get<std::string>());
        if (row.contains("decoded_skip_special"))
            QCOMPARE(tokenizer.decode(want, {.skipSpecial = true}),
                     row["decoded_skip_special"].get<std::string>());
    }
};

QTEST_APPLESS_MAIN(TestTokenizerGolden)
#include "tst_tokenizer_golden.moc"
