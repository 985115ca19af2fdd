// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer_json.h"
#include "tests/core/text/tokenizer_data.h"

#include <QTest>
#include <sstream>

using namespace lathe;
using namespace lathe::testing;
using Special = Tokenizer::Special;

namespace {

/// Texts of a .inp file: llama.cpp separates them by lines of this.
std::vector<std::string> readTexts(const std::string &path)
{
    const std::string separator = "\n__ggml_vocab_test__\n";
    const std::string all = readText(path).value();
    std::vector<std::string> texts;
    for (size_t at = 0;;) {
        const size_t end = all.find(separator, at);
        if (end == std::string::npos)
            return texts; // nothing follows the last separator
        texts.push_back(all.substr(at, end - at));
        at = end + separator.size();
    }
}

std::vector<Ids> readIds(const std::string &path)
{
    std::vector<Ids> all;
    std::istringstream lines(readText(path).value());
    for (std::string line; std::getline(lines, line);) {
        std::istringstream numbers(line);
        all.emplace_back(std::istream_iterator<uint32_t>(numbers), std::istream_iterator<uint32_t>());
    }
    return all;
}

QString folder;

} // namespace

/// Vocabularies of real models, too big for the tree: a folder (the last argument, or LATHE_VOCABULARIES)
/// with llama.cpp's models/ggml-vocab-*.gguf and their .inp and .out files.
class TestTokenizerVocabularies : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (folder.isEmpty())
            QSKIP("set LATHE_VOCABULARIES to the folder (the files are too big for the tree)");
    }

    void equalsTransformers_data()
    {
        QTest::addColumn<int>("count");
        for (const char *name :
             {"deepseek-coder", "falcon", "gpt-2", "llama-spm", "mpt", "phi-3", "refact", "starcoder"})
            QTest::newRow(name) << 46;
    }

    void equalsTransformers()
    {
        QFETCH(int, count);
        const std::string path = folder.toStdString() + "/ggml-vocab-" + QTest::currentDataTag() + ".gguf";
        const auto tokenizer = openTokenizer(path);
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
        const auto texts = readTexts(path + ".inp");
        const auto want = readIds(path + ".out");
        QCOMPARE(int(texts.size()), count);
        QCOMPARE(want.size(), texts.size());
        for (size_t i = 0; i < texts.size(); ++i) {
            const auto ids = tokenizer->encode(texts[i], Special::Read);
            QVERIFY(ids);
            QVERIFY2(*ids == want[i],
                     (texts[i] + "\n want " + toString(want[i]) + "\n got " + toString(*ids)).c_str());
            QVERIFY2(tokenizer->decode(*ids) == texts[i], texts[i].c_str());
        }
    }

    /// The default model's tokenizer.json, against what transformers recorded and the model's GGUF.
    void tokenizerJsonOfTheDefaultModel()
    {
        const std::string path = folder.toStdString() + "/smollm2-135m-instruct-tokenizer.json";
        auto spec = tokenizerSpecFromJson(readText(path).value(), path);
        QVERIFY2(spec, spec ? "" : spec.error().message().c_str());
        const auto tokenizer = Tokenizer::create(std::move(*spec), path);
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
        QCOMPARE(tokenizer->preTokenizerName(), std::string("smollm"));
        for (const char *table : {"smollm2/tokenization.json", "tokenizers/smollm2.random.json"}) {
            const auto rows = readJson(dataFile(table)).at("rows");
            QVERIFY(rows.size() >= 40);
            for (const auto &row : rows)
                QCOMPARE(
                    toString(tokenizer->encode(row.at("text").get<std::string>(), Special::Read).value()),
                    toString(row.at("ids").get<Ids>()));
        }
        const auto gguf = openTokenizer(defaultModel());
        QVERIFY2(gguf, gguf ? "" : gguf.error().message().c_str());
        QCOMPARE(tokenizer->size(), gguf->size());
        for (uint32_t id = 0; id < gguf->size(); ++id)
            QCOMPARE(tokenizer->piece(id), gguf->piece(id));
        const std::string text = readText(dataFile("smollm2/ppl_text.txt")).value();
        QVERIFY(tokenizer->encode(text, Special::Read).value() == gguf->encode(text, Special::Read).value());
    }
};

int main(int argc, char **argv)
{
    if (argc > 1 && argv[argc - 1][0] == '/')
        folder = QString::fromLocal8Bit(argv[--argc]);
    else
        folder = qEnvironmentVariable("LATHE_VOCABULARIES");
    TestTokenizerVocabularies test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_tokenizer_vocabularies.moc"
