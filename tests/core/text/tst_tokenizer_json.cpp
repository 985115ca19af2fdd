// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/generation_config.h"
#include "core/text/tokenizer_json.h"
#include "tests/core/text/tokenizer_data.h"
#include "tests/core/text/tokenizer_exercise.h"

#include <QTest>
#include <random>

using namespace lathe;
using namespace lathe::testing;
using Special = Tokenizer::Special;

namespace {

const std::string kFolders = "tokenizers/hf/";

Result<Tokenizer> openJson(const std::string &text)
{
    LATHE_ASSIGN(TokenizerSpec spec, tokenizerSpecFromJson(text, "x.json"));
    return Tokenizer::create(std::move(spec), "x.json");
}

const nlohmann::json &steps()
{
    static const nlohmann::json json = readJson(dataFile("tokenizers/steps.json"));
    return json;
}

} // namespace

/// Tokenizers of Hugging Face folders: ids and decoded texts of transformers and of PyPI's tokenizers.
class TestTokenizerJson : public QObject
{
    Q_OBJECT

private slots:
    void equalsTransformers_data()
    {
        QTest::addColumn<QString>("expected");
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("name");
        for (const char *name : {"gpt2", "qwen2", "gemma3"}) {
            QTest::addRow("%s", name) << QString("tokenizers/%1.json").arg(name) << 40 << name;
            QTest::addRow("%s random", name) << QString("tokenizers/%1.random.json").arg(name) << 150 << name;
        }
        for (const char *name : {"llama_rope3", "llama_untied"}) {
            QTest::addRow("%s", name) << QString("models/%1/tokenization.json").arg(name) << 40 << name;
            QTest::addRow("%s random", name) << QString("tokenizers/%1.random.json").arg(name) << 150 << name;
        }
    }

    void equalsTransformers()
    {
        QFETCH(QString, expected);
        QFETCH(int, count);
        QFETCH(QString, name);
        const auto tokenizer = tokenizerFromFolder(dataFile(kFolders + name.toStdString()));
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
        const auto rows = readJson(dataFile(expected.toStdString())).at("rows");
        QCOMPARE(int(rows.size()), count);
        for (const auto &row : rows) {
            const auto text = row.at("text").get<std::string>();
            const auto want = row.at("ids").get<Ids>();
            QCOMPARE(toString(tokenizer->encode(text, Special::Read).value()), toString(want));
            if (row.contains("ids_with_special"))
                QCOMPARE(toString(tokenizer->encode(text, Special::Add).value()),
                         toString(row["ids_with_special"].get<Ids>()));
            if (row.contains("decoded_skip_special_false"))
                QCOMPARE(tokenizer->decode(want), row["decoded_skip_special_false"].get<std::string>());
        }
    }

    /// Every kind of step, against PyPI's tokenizers (tests/tools/tokenizer_steps.py).
    void equalsTokenizers_data()
    {
        QTest::addColumn<int>("index");
        const auto &variants = steps().at("variants");
        QCOMPARE(variants.size(), size_t(61));
        for (size_t i = 0; i < variants.size(); ++i)
            QTest::newRow(variants[i].at("name").get<std::string>().c_str()) << int(i);
    }

    void equalsTokenizers()
    {
        QFETCH(int, index);
        const auto &variant = steps().at("variants")[size_t(index)];
        auto whole = variant.at("parts");
        whole["model"] = steps().at("models").at(variant.at("model").get<std::string>());
        const auto tokenizer = openJson(whole.dump());
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message().c_str());
        QCOMPARE(variant.at("rows").size(), size_t(14));
        for (const auto &row : variant.at("rows")) {
            const auto text = row.at("text").get<std::string>();
            const auto want = row.at("ids").get<Ids>();
            QVERIFY2(tokenizer->encode(text, Special::Read).value() == want, row.dump().c_str());
            if (row.contains("ids_with_special"))
                QCOMPARE(toString(tokenizer->encode(text, Special::Add).value()),
                         toString(row["ids_with_special"].get<Ids>()));
            const auto decoded = row.at("decoded").get<std::string>();
            if (decoded.find("\uFFFD") == std::string::npos) // malformed bytes stay as they are here
                QCOMPARE(tokenizer->decode(want), decoded);
        }
    }

    /// The same text by the folder's and by the GGUF's tokenizer, of which each id has the same piece.
    void equalsTheGguf_data()
    {
        QTest::addColumn<QString>("gguf");
        for (const char *name : {"gpt2", "qwen2", "gemma3"})
            QTest::newRow(name) << QString("tokenizers/%1.gguf").arg(name);
        for (const char *name : {"llama_rope3", "llama_untied"})
            QTest::newRow(name) << QString("models/%1/gguf/%1-F32.gguf").arg(name);
    }

    void equalsTheGguf()
    {
        QFETCH(QString, gguf);
        const auto other = openTokenizer(dataFile(gguf.toStdString())).value();
        const auto tokenizer = tokenizerFromFolder(dataFile(kFolders + QTest::currentDataTag())).value();
        QCOMPARE(tokenizer.modelName(), other.modelName());
        QCOMPARE(tokenizer.preTokenizerName(), other.preTokenizerName());
        QCOMPARE(tokenizer.size(), other.size());
        QVERIFY(tokenizer.eos() == other.eos());
        QVERIFY(tokenizer.isEndOfGeneration(*tokenizer.eos()));
        QCOMPARE(tokenizer.addsBos(), other.addsBos());
        for (uint32_t id = 0; id < other.size(); ++id) {
            QCOMPARE(tokenizer.spelling(id), other.spelling(id));
            QCOMPARE(tokenizer.piece(id), other.piece(id));
        }
        const std::string text = readText(dataFile("smollm2/ppl_text.txt")).value();
        QVERIFY(tokenizer.encode(text, Special::Add).value() == other.encode(text, Special::Add).value());
    }

    /// Parts of a text (a message's content among template text) as by the GGUF's tokenizer.
    void plainPartsReadNoSpelling_data() { equalsTheGguf_data(); }
    void plainPartsReadNoSpelling()
    {
        QFETCH(QString, gguf);
        const auto other = openTokenizer(dataFile(gguf.toStdString())).value();
        const auto tokenizer = tokenizerFromFolder(dataFile(kFolders + QTest::currentDataTag())).value();
        const std::string end(tokenizer.spelling(*tokenizer.eos()));
        const std::string plain = " hi " + end + "there";
        const Tokenizer::TextPart parts[] = {{"a", false}, {plain, true}, {end, false}, {"b", true}};
        const auto ids = tokenizer.encode(parts, Special::Read).value();
        QCOMPARE(toString(ids), toString(other.encode(parts, Special::Read).value()));
        QCOMPARE(std::count(ids.begin(), ids.end(), *tokenizer.eos()), ptrdiff_t(1));
        QCOMPARE(toString(tokenizer.encode(plain, Special::Plain).value()),
                 toString(other.encode(plain, Special::Plain).value()));
    }

    /// Where added tokens are matched in normalized text, a plain part is a section of its own.
    void plainPartsAndNormalizedTokens()
    {
        auto json = readJson(dataFile("hostile/tokenizer_json/control_valid.json"));
        json["normalizer"] = {{"type", "Lowercase"}};
        json["added_tokens"] = {{{"id", 3}, {"content", "BA"}, {"normalized", true}}};
        const auto tokenizer = openJson(json.dump()).value();
        const Tokenizer::TextPart parts[] = {{"aBa", false}, {"ba", true}, {"bA", false}};
        QCOMPARE(toString(tokenizer.encode(parts, Special::Read).value()), std::string("0 3 1 0 3"));
        QCOMPARE(toString(tokenizer.encode(parts, Special::Plain).value()), std::string("2 2 2 0"));
    }

    void otherNormalizersHaveNoName()
    {
        auto json = readJson(dataFile(kFolders + "qwen2/tokenizer.json"));
        const auto preOf = [&] { return tokenizerSpecFromJson(json.dump(), "x").value().pre; };
        QCOMPARE(preOf(), std::string("qwen2"));
        json["normalizer"] = {{"type", "NFC"}};
        QCOMPARE(preOf(), std::string("qwen2"));
        json["normalizer"] = {{"type", "NFKC"}};
        QCOMPARE(preOf(), std::string("custom"));
    }

    /// What GGUF can hold of SentencePiece's way with spaces.
    void sentencePieceIsNamed()
    {
        auto json = readJson(dataFile(kFolders + "llama_untied/tokenizer.json"));
        const auto modelOf = [&] { return tokenizerSpecFromJson(json.dump(), "x").value().model; };
        QCOMPARE(modelOf(), std::string("llama"));
        json["pre_tokenizer"] = {{"type", "Metaspace"}, {"split", false}, {"prepend_scheme", "always"}};
        QCOMPARE(modelOf(), std::string("bpe"));
        json["pre_tokenizer"] = {
            {"type", "Split"}, {"pattern", {{"String", " "}}}, {"behavior", "MergedWithPrevious"}};
        QCOMPARE(modelOf(), std::string("llama"));
        json["pre_tokenizer"] = {{"type", "Metaspace"}, {"split", false}, {"prepend_scheme", "always"}};
        json["normalizer"] = nullptr;
        QCOMPARE(modelOf(), std::string("llama"));
        json["pre_tokenizer"]["prepend_scheme"] = "first";
        QCOMPARE(modelOf(), std::string("bpe"));
    }

    void anyBytesComeBack_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("bad byte") << QByteArray("ab\xff cd");
        QTest::newRow("only bad bytes") << QByteArray("\xe2\x82\xff\xfe");
        QTest::newRow("bad byte first") << QByteArray("\xff ab");
        QTest::newRow("cut character last") << QByteArray("  ab \xf0\x9f\x98");
        QTest::newRow("zeros") << QByteArray("a\0b\0", 4);
        QTest::newRow("spaces") << QByteArray("   ");
        QTest::newRow("nothing") << QByteArray("");
    }

    void anyBytesComeBack()
    {
        QFETCH(QByteArray, bytes);
        const std::string text = bytes.toStdString();
        for (const char *name : {"gpt2", "llama_rope3", "llama_untied", "qwen2", "gemma3"}) {
            const auto tokenizer = tokenizerFromFolder(dataFile(kFolders + name)).value();
            for (const Special special : {Special::Read, Special::Plain}) {
                const auto ids = tokenizer.encode(text, special);
                QVERIFY(ids);
                QCOMPARE(QByteArray::fromStdString(tokenizer.decode(*ids)), bytes);
            }
        }
    }

    void hostileFiles_data()
    {
        QTest::addColumn<QString>("message"); // empty: it works
        const auto row = [](const char *name, const char *message) { QTest::newRow(name) << message; };
        row("control_valid", "");
        row("control_merges_pairs", "");
        row("added_token_empty", "");
        row("added_token_id_clash", "added_tokens[0] gives the id 0 to \"a\" and \"<x>\"");
        row("depth_bomb", "nests more than 64 levels deep");
        row("merge_no_space", "model.merges[0] is not two tokens");
        row("merge_not_strings", "model.merges[0] is not two tokens");
        row("merge_unknown_token", "model.merges[0] names a token that is not in the vocabulary");
        row("model_missing", "has no object \"model\"");
        row("model_type_unknown", "unsupported: tokenizer model Banana");
        row("normalizer_growth", "");
        row("normalizer_replace_empty", "normalizer.pattern is empty");
        row("not_json", "it is no JSON");
        row("pretok_bad_regex", "the expression ((((( does not compile: ");
        row("pretok_empty_match", "");
        row("pretok_nested_deep", "nests more than 64 levels deep");
        row("pretok_redos", "");
        row("pretok_unknown", "unsupported: pre-tokenizer Evil");
        row("vocab_array", "model has no object \"vocab\"");
        row("vocab_ids_duplicate", "gives the id 0 to \"a\" and \"ab\"");
        row("vocab_ids_huge", "is no token id under 2097152");
        row("vocab_ids_negative", "is no token id under 2097152");
        row("vocab_ids_string", "is no token id under 2097152");
    }

    void hostileFiles()
    {
        QFETCH(QString, message);
        const auto path =
            dataFile(std::string("hostile/tokenizer_json/") + QTest::currentDataTag() + ".json");
        const auto tokenizer = openJson(readText(path).value());
        QVERIFY2(bool(tokenizer) == message.isEmpty(), tokenizer ? "" : tokenizer.error().message().c_str());
        if (!tokenizer) {
            const std::string got = tokenizer.error().message();
            QVERIFY2(got.starts_with("x.json: "), got.c_str());
            QVERIFY2(got.find(message.toStdString()) != std::string::npos, got.c_str());
            return;
        }
        const auto ids = tokenizer->encode(std::string(40, 'a') + "b", Special::Add);
        const std::string name = QTest::currentDataTag();
        if (name == "normalizer_growth")
            QVERIFY(ids.error().message().find("normalizer makes it too long") != std::string::npos);
        else if (name == "pretok_redos")
            QVERIFY(ids.error().message().find("gave up: match limit exceeded") != std::string::npos);
        else
            QCOMPARE(tokenizer->decode(ids.value()), std::string(40, 'a') + "b");
    }

    /// A part that is not known is refused by its name.
    void unknownPartsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("change"); // merged into a good file
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char *message, const char *change) {
            QTest::newRow(message) << QByteArray(change) << QByteArray(message);
        };
        row("normalizer has no text \"precompiled_charsmap\"", R"({"normalizer": {"type": "Precompiled"}})");
        row("normalizer has a precompiled_charsmap that is no base64",
            R"({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA*AAA"}})");
        row("normalizer has a precompiled_charsmap that is too short",
            R"({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAA="}})");
        row("normalizer has a precompiled_charsmap that has a trie of a size that does not fit",
            R"({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "BAAAAAA="}})");
        row("normalizer has a precompiled_charsmap that has replacements that are no UTF-8",
            R"({"normalizer": {"type": "Precompiled", "precompiled_charsmap": "BAAAAAAAAAD/"}})");
        row("unsupported: normalizer X",
            R"({"normalizer": {"type": "Sequence", "normalizers": [{"type": "X"}]}})");
        row("unsupported: pre-tokenizer UnicodeScripts", R"({"pre_tokenizer": {"type": "UnicodeScripts"}})");
        row("unsupported: decoder WordPiece", R"({"decoder": {"type": "WordPiece"}})");
        row("unsupported: post-processor Y", R"({"post_processor": {"type": "Y"}})");
        row("unsupported: tokenizer model WordPiece", R"({"model": {"type": "WordPiece"}})");
        row("unsupported: continuing_subword_prefix", R"({"model": {"continuing_subword_prefix": "##"}})");
        row("unsupported: end_of_word_suffix", R"({"model": {"end_of_word_suffix": "</w>"}})");
        row("unsupported: dropout", R"({"model": {"dropout": 0.1}})");
        row("unsupported: split behavior Z",
            R"({"pre_tokenizer": {"type": "Split", "pattern": {"String": "a"}, "behavior": "Z"}})");
        row("unsupported: && in brackets in the expression [a&&b]",
            R"({"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "[a&&b]"}}})");
        row("unsupported: \\b in the expression",
            R"({"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\b"}}})");
        row("the post_processor adds the token 7, the vocabulary has 3",
            R"({"post_processor": {"type": "BertProcessing", "cls": ["a", 7], "sep": ["b", 1]}})");
    }

    void longTokensAreRefused()
    {
        auto json = readJson(dataFile("hostile/tokenizer_json/control_valid.json"));
        json["model"]["vocab"][std::string(16385, 'x')] = 3;
        const auto tokenizer = openJson(json.dump());
        QVERIFY(!tokenizer);
        QCOMPARE(tokenizer.error().what,
                 std::string("model.vocab has a token of 16385 bytes, the limit is 16384"));
    }

    void unknownPartsAreNamed()
    {
        QFETCH(QByteArray, change);
        QFETCH(QByteArray, message);
        auto json = readJson(dataFile("hostile/tokenizer_json/control_valid.json"));
        json.merge_patch(nlohmann::json::parse(change.toStdString()));
        const auto tokenizer = openJson(json.dump());
        QVERIFY(!tokenizer);
        const std::string got = tokenizer.error().message();
        QVERIFY2(got.starts_with("x.json: " + message.toStdString()), got.c_str());
    }

    /// What fuzz_tokenizer_json does at length: files of random parts, and good files with random changes.
    void randomFiles()
    {
        std::mt19937 random(11);
        const auto choose = [&](size_t n) { return size_t(random() % n); };
        const char *const pool[] = {"a",      "b",   "ab", " ", "_",    "<s>", "x*",
                                    "(a|b)+", "\\s", "é",  "▁", "[^a]", "$",   "\xff"};
        const auto word = [&] {
            std::string text;
            for (size_t n = choose(4); n > 0; --n)
                text += pool[choose(std::size(pool))];
            return text;
        };
        for (int i = 0; i < 2000; ++i) {
            const std::string json = composeTokenizerJson(choose, word);
            const std::string fault = exerciseTokenizerJson(json, word() + word() + word());
            QVERIFY2(fault.empty(), (fault + " " + json).c_str());
        }
        const std::string good =
            readText(dataFile("hostile/tokenizer_json/control_merges_pairs.json")).value();
        for (int i = 0; i < 2000; ++i) {
            std::string json = good;
            for (size_t n = 1 + choose(3); n > 0; --n)
                json[choose(json.size())] = "\"{}[],:0aZ\\\xc3"[choose(13)];
            const std::string fault = exerciseTokenizerJson(json, "ab aab <s>");
            QVERIFY2(fault.empty(), (fault + " " + json).c_str());
        }
    }

    void aFolderWithoutItIsNamed()
    {
        const auto none = tokenizerFromFolder(dataFile("templates"));
        QVERIFY(!none);
        QVERIFY(none.error().code == Errc::NotFound);
        QVERIFY(none.error().message().find("the folder has no tokenizer.json") != std::string::npos);
    }

    void sideFiles()
    {
        const auto chat = chatTemplateFromFolder(dataFile(kFolders + "qwen2"));
        QVERIFY(chat && *chat);
        QVERIFY((*chat)->subject.ends_with("chat_template.jinja"));
        QCOMPARE((*chat)->source, readText(dataFile(kFolders + "qwen2/chat_template.jinja")).value());
        const auto generation = generationConfigFromFolder(dataFile(kFolders + "qwen2"));
        QVERIFY(generation);
        QCOMPARE(toString(generation->eosTokenIds), std::string("2"));
        const auto full = generationConfigFromJson(
            R"({"eos_token_id": [3, 5], "temperature": 0.6, "top_k": 20, "top_p": 0.95, "do_sample": true})",
            "x");
        QVERIFY(full);
        QCOMPARE(toString(full->eosTokenIds), std::string("3 5"));
        QCOMPARE(*full->temperature, 0.6);
        QCOMPARE(*full->topK, 20u);
        QVERIFY(*full->doSample && !full->minP);
        const auto wrong = generationConfigFromJson(R"({"temperature": "hot"})", "x");
        QCOMPARE(wrong.error().message(),
                 std::string("x: temperature is not a finite number; download the file again"));
    }
};

QTEST_APPLESS_MAIN(TestTokenizerJson)
#include "tst_tokenizer_json.moc"
