// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_json.h"
#include "core/text/tokenizer_write.h"
#include "tests/core/text/tokenizer_data.h"

#include <QTest>

using namespace lathe;
using namespace lathe::testing;
using Special = Tokenizer::Special;

namespace {

std::filesystem::path ggufOf(const std::string &name)
{
    const bool isModel = name.starts_with("llama");
    return dataFile(isModel ? "models/" + name + "/gguf/" + name + "-F32.gguf"
                            : "tokenizers/" + name + ".gguf");
}

TokenizerSpec ggufSpec(const std::string &name)
{
    return tokenizerSpecFromGguf(GgufFile::open(ggufOf(name)).value()).value();
}

void compareOnRecordedStrings(const std::string &name, const Tokenizer &tokenizer)
{
    const bool isModel = name.starts_with("llama");
    const std::string tables[] = {isModel ? "models/" + name + "/tokenization.json"
                                          : "tokenizers/" + name + ".json",
                                  "tokenizers/" + name + ".random.json"};
    for (const std::string &table : tables) {
        const auto rows = readJson(dataFile(table)).at("rows");
        QVERIFY(rows.size() >= 40);
        for (const auto &row : rows) {
            const auto text = row.at("text").get<std::string>();
            const auto want = row.at("ids").get<Ids>();
            QCOMPARE(toString(tokenizer.encode(text, Special::Read).value()), toString(want));
            if (row.contains("ids_with_special"))
                QCOMPARE(toString(tokenizer.encode(text, Special::Add).value()),
                         toString(row["ids_with_special"].get<Ids>()));
            if (row.contains("decoded_skip_special_false"))
                QCOMPARE(tokenizer.decode(want), row["decoded_skip_special_false"].get<std::string>());
        }
    }
}

} // namespace

/// Tokenizers that went from one kind of file to the other give the recorded ids.
class TestTokenizerWrite : public QObject
{
    Q_OBJECT

private slots:
    void toJson_data() { addNames(); }
    void toJson()
    {
        const std::string name = QTest::currentDataTag();
        const TokenizerSpec from = ggufSpec(name);
        const auto json = tokenizerJsonFromSpec(from, "x.gguf");
        QVERIFY2(json, json ? "" : json.error().message().c_str());
        TokenizerSpec spec = tokenizerSpecFromJson(*json, "x.json").value();
        QVERIFY(applyTokenizerConfig(spec, tokenizerConfigFromSpec(from), "c.json"));
        QVERIFY(spec.tokens == from.tokens);
        QVERIFY(spec.bos == from.bos && spec.eos == from.eos && spec.unk == from.unk && spec.pad == from.pad);
        QCOMPARE(spec.model, from.model);
        compareOnRecordedStrings(name, Tokenizer::create(std::move(spec), "x.json").value());
    }

    void toGguf_data() { addNames(); }
    void toGguf()
    {
        const std::string name = QTest::currentDataTag();
        const TokenizerSpec from = tokenizerSpecFromFolder(dataFile("tokenizers/hf/" + name)).value();
        GgufWriter writer;
        QVERIFY(setGgufTokenizer(from, "x.json", writer));
        const std::string bytes = writer.toBytes("x.gguf").value();
        const auto file = GgufFile::parse(std::as_bytes(std::span(bytes)), "x.gguf");
        QVERIFY2(file, file ? "" : file.error().message().c_str());
        const TokenizerSpec spec = tokenizerSpecFromGguf(*file).value();
        const TokenizerSpec published = ggufSpec(name);
        QVERIFY(spec.tokens == published.tokens);
        QVERIFY(spec.merges == published.merges);
        QCOMPARE(spec.pre, published.pre.empty() ? "default" : published.pre);
        compareOnRecordedStrings(name, Tokenizer::create(spec, "x.gguf").value());
    }

    void whatDoesNotFitIsNamed()
    {
        TokenizerSpec spec = ggufSpec("qwen2");
        spec.removeExtraWhitespaces = true;
        QCOMPARE(tokenizerJsonFromSpec(spec, "x").error().message(),
                 std::string("x: unsupported: remove_extra_whitespaces in a tokenizer.json; "
                             "keep the model in a GGUF file"));
        spec.pre = "custom";
        GgufWriter writer;
        QCOMPARE(
            setGgufTokenizer(spec, "x", writer).error().message(),
            std::string("x: unsupported: pre-tokenizer custom in a GGUF file; keep the model in a folder"));
        spec.model = "unigram";
        QVERIFY(setGgufTokenizer(spec, "x", writer).error().what.find("tokenizer model unigram") !=
                std::string::npos);
        spec = ggufSpec("qwen2");
        spec.tokens[40] = "\xff";
        QVERIFY(tokenizerJsonFromSpec(spec, "x").error().what.find("the token 40, which is no UTF-8") !=
                std::string::npos);
    }

private:
    static void addNames()
    {
        QTest::addColumn<int>("unused");
        for (const char *name : {"gpt2", "llama_rope3", "llama_untied", "qwen2", "gemma3"})
            QTest::newRow(name) << 0;
    }
};

QTEST_APPLESS_MAIN(TestTokenizerWrite)
#include "tst_tokenizer_write.moc"
