// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/merge_table.h"
#include "core/text/token_map.h"
#include "tests/core/text/tokenizer_data.h"

#include <QElapsedTimer>
#include <QTest>
#include <algorithm>
#include <bit>
#include <limits>

using namespace lathe;
using namespace lathe::testing;

namespace {

TokenizerSpec goodBpe()
{
    TokenizerSpec spec;
    spec.model = "gpt2";
    spec.pre = "gpt-2";
    spec.tokens = {"a", "b", "ab", "<s>"};
    spec.merges = {"a b"};
    spec.types = {1, 1, 1, 3};
    spec.bos = 3;
    return spec;
}

TokenizerSpec goodSpm()
{
    TokenizerSpec spec;
    spec.model = "llama";
    spec.tokens = {"<unk>", "a", "b", "<0x0A>"};
    spec.scores = {0, -1, -2, 0};
    spec.types = {2, 1, 1, 6};
    return spec;
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Case {
    const char *name;
    TokenizerSpec (*base)();
    void (*change)(TokenizerSpec &);
    const char *message; ///< a part of the error
};

const Case kCases[] = {
    {"no model", goodBpe, [](auto &s) { s.model = ""; }, "model is missing"},
    {"unknown model", goodBpe, [](auto &s) { s.model = "t5"; }, "unsupported: tokenizer model t5"},
    {"unknown pre-tokenizer", goodBpe, [](auto &s) { s.pre = "quantum\n"; },
     "unsupported: pre-tokenizer quantum\\x0a; known are default, gpt-2"},
    {"no tokens", goodBpe, [](auto &s) { s.tokens.clear(); }, "tokens is missing or empty"},
    {"long token", goodBpe, [](auto &s) { s.tokens[3].assign(1'000'000, 'a'); },
     "tokens entry 3 has 1000000 bytes, the limit is 16384"},
    {"too few types", goodBpe, [](auto &s) { s.types.pop_back(); }, "token_type has 3 entries for 4 tokens"},
    {"too many scores", goodSpm, [](auto &s) { s.scores.push_back(0); }, "scores has 5 entries for 4 tokens"},
    {"type 0", goodBpe, [](auto &s) { s.types[2] = 0; }, "token_type entry 2 is 0, not 1 to 6"},
    {"type 7", goodBpe, [](auto &s) { s.types[2] = 7; }, "token_type entry 2 is 7, not 1 to 6"},
    {"repeated token", goodBpe, [](auto &s) { s.tokens[3] = "b"; }, "tokens entry 3 repeats entry 1"},
    {"bos outside", goodBpe, [](auto &s) { s.bos = 4; }, "bos_token_id is 4, the vocabulary has 4 tokens"},
    {"pad outside", goodSpm, [](auto &s) { s.pad = UINT32_MAX; }, "padding_token_id is 4294967295"},
    {"bos wanted and missing", goodSpm, [](auto &s) { s.addBos = true; }, "bos_token_id is missing"},
    {"eos wanted and missing", goodBpe, [](auto &s) { s.addEos = true; }, "eos_token_id is missing"},
    {"no merges", goodBpe, [](auto &s) { s.merges.clear(); }, "merges is missing or empty"},
    {"merge without space", goodBpe, [](auto &s) { s.merges = {"ab"}; }, "entry 0 is not two tokens"},
    {"merge of one token", goodBpe,
     [](auto &s) {
         s.merges = {"a b", "a "};
     },
     "entry 1 is not two tokens"},
    {"merge of nothing", goodBpe, [](auto &s) { s.merges = {""}; }, "entry 0 is not two tokens"},
    {"merge of unknown", goodBpe, [](auto &s) { s.merges = {"a c"}; }, "entry 0 names a token"},
    {"merge into unknown", goodBpe, [](auto &s) { s.merges = {"b a"}; }, "entry 0 names a token"},
    {"merge of three", goodBpe, [](auto &s) { s.merges = {"a b b"}; }, "entry 0 names a token"},
    {"no scores", goodSpm, [](auto &s) { s.scores.clear(); }, "scores is missing or empty"},
    {"score not a number", goodSpm, [](auto &s) { s.scores[1] = kNan; },
     "scores entry 1 is not a finite number"},
    {"infinite score", goodSpm, [](auto &s) { s.scores[3] = kInfinity; },
     "scores entry 3 is not a finite number"},
    {"byte misspelled", goodSpm, [](auto &s) { s.tokens[3] = "<0xZZ>"; }, "is not spelled <0xNN>"},
};

} // namespace

/// Broken tokenizers give an error that names the file and the fault.
class TestTokenizerHostile : public QObject
{
    Q_OBJECT

private slots:
    void goodOnesAreGood()
    {
        QVERIFY(Tokenizer::create(goodBpe(), "x.gguf"));
        QVERIFY(Tokenizer::create(goodSpm(), "x.gguf"));
    }

    void brokenSpecsAreNamed_data()
    {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < std::size(kCases); ++i)
            QTest::newRow(kCases[i].name) << int(i);
    }

    void brokenSpecsAreNamed()
    {
        QFETCH(int, index);
        const Case &c = kCases[index];
        TokenizerSpec spec = c.base();
        c.change(spec);
        const auto tokenizer = Tokenizer::create(std::move(spec), "x.gguf");
        QVERIFY(!tokenizer);
        const std::string message = tokenizer.error().message();
        QVERIFY2(message.starts_with("x.gguf: "), message.c_str());
        QVERIFY2(message.find(c.message) != std::string::npos, message.c_str());
        QCOMPARE(message.find('\n'), std::string::npos);
    }

    /// Spellings that a text nearly repeats everywhere: an error in time, not minutes.
    void specialTokensThatResembleTheText()
    {
        TokenizerSpec spec = goodBpe();
        for (size_t length = 1; length <= 1000; ++length) {
            spec.tokens.push_back(std::string(length, 'a') + "!");
            spec.types.push_back(int32_t(TokenType::Control));
        }
        const auto tokenizer = Tokenizer::create(std::move(spec), "x.gguf");
        QVERIFY(tokenizer);
        QCOMPARE(tokenizer->encode("aab" + std::string(900, 'a') + "!", Tokenizer::Special::Read)->back(),
                 903u);
        QElapsedTimer timer;
        timer.start();
        const auto ids = tokenizer->encode(std::string(200'000, 'a'), Tokenizer::Special::Read);
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(!ids);
        QVERIFY(ids.error().message().starts_with("x.gguf: has special tokens that cannot be told apart"));
        QVERIFY(tokenizer->encode(std::string(200'000, 'a'), Tokenizer::Special::Plain));
    }

    /// Spellings and merges chosen to fall onto one place of the look-up tables.
    void chosenKeys()
    {
        constexpr size_t kKeys = 4000, kChosen = 1000;
        std::vector<std::string> tokens;
        const size_t slotCount = std::bit_ceil(2 * kKeys + 2);
        for (uint64_t i = 0; tokens.size() < kChosen; ++i)
            if (uint32_t(std::hash<std::string_view>()(std::to_string(i))) % slotCount == 0)
                tokens.push_back(std::to_string(i));
        for (size_t i = kChosen; i < kKeys; ++i)
            tokens.push_back("t" + std::to_string(i));
        QVERIFY(TokenMap(tokens).isFlooded());
        std::fill(tokens.begin(), tokens.begin() + kChosen, std::string());
        QVERIFY(!TokenMap(tokens).isFlooded());

        MergeTable chosen(kKeys), plain(kKeys);
        bool fine = true;
        for (uint32_t right = 0, found = 0; found < kChosen; ++right) {
            const uint64_t hash = right * 0x9E3779B97F4A7C15u;
            if (((hash ^ hash >> 32) & (slotCount - 1)) == 0)
                fine = chosen.add(0, right, {found++, 1}) && fine;
        }
        QVERIFY(!fine);
        for (uint32_t i = 0; i < kKeys; ++i)
            QVERIFY(plain.add(i / 3, i, {i, 1}));
    }

    /// hostile/gguf/*_tok_*: the file opens, its tokenizer gives an error or works.
    void hostileFiles_data()
    {
        QTest::addColumn<QString>("message"); // empty: it works
        QTest::newRow("197_tok_tokens_too_few") << "scores has 32 entries for 10 tokens";
        QTest::newRow("198_tok_tokens_empty") << "tokens is missing or empty";
        QTest::newRow("199_tok_tokens_wrong_subtype") << "not an array of strings";
        QTest::newRow("200_tok_scores_too_short") << "scores has 1 entries for 32 tokens";
        QTest::newRow("201_tok_scores_nan") << "scores entry 0 is not a finite number";
        QTest::newRow("202_tok_types_too_short") << "token_type has 1 entries for 32 tokens";
        QTest::newRow("203_tok_types_out_of_range") << "token_type entry 0 is 99";
        QTest::newRow("204_tok_tokens_duplicate") << "tokens entry 1 repeats entry 0";
        QTest::newRow("205_tok_tokens_invalid_utf8") << "";
        QTest::newRow("206_tok_tokens_empty_strings") << "";
        QTest::newRow("207_tok_bos_out_of_range") << "bos_token_id is 4294967295";
        QTest::newRow("208_tok_eos_out_of_range") << "eos_token_id is 32";
        QTest::newRow("209_tok_unknown_tokenizer_model") << "unsupported: tokenizer model quantum";
        QTest::newRow("210_tok_no_tokenizer") << "the file has no tokenizer";
        QTest::newRow("211_tok_gpt2_without_merges") << "merges is missing or empty";
        QTest::newRow("212_tok_gpt2_bad_merges") << "merges entry 0 is not two tokens";
    }

    void hostileFiles()
    {
        QFETCH(QString, message);
        const auto path = dataFile(std::string("hostile/gguf/") + QTest::currentDataTag() + ".gguf");
        const auto file = GgufFile::open(path);
        QVERIFY2(file, file ? "" : file.error().message().c_str());
        const auto tokenizer = tokenizerFromGguf(*file);
        QCOMPARE(bool(tokenizer), message.isEmpty());
        if (tokenizer) {
            const auto ids = tokenizer->encode("Hello\n\xff world </s>", Tokenizer::Special::Add);
            QVERIFY(ids);
            QVERIFY(
                std::all_of(ids->begin(), ids->end(), [&](uint32_t id) { return tokenizer->contains(id); }));
            return;
        }
        const std::string got = tokenizer.error().message();
        QVERIFY2(got.starts_with(path.string() + ": "), got.c_str());
        QVERIFY2(got.find(message.toStdString()) != std::string::npos, got.c_str());
    }
};

QTEST_APPLESS_MAIN(TestTokenizerHostile)
#include "tst_tokenizer_hostile.moc"
