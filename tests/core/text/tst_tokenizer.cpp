// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/special_matcher.h"
#include "tests/core/text/tiny_vocabularies.h"
#include "tests/core/text/tokenizer_data.h"

#include <QTest>
#include <algorithm>
#include <limits>
#include <random>

using namespace lathe;
using namespace lathe::testing;
using Special = Tokenizer::Special;

namespace {

Tokenizer make(TokenizerSpec spec)
{
    return Tokenizer::create(std::move(spec), "test.gguf").value();
}

/// With a dot between them, in a form that a failed comparison prints.
QString joined(const std::vector<std::string> &parts)
{
    std::string text;
    for (const std::string &part : parts)
        text += (text.empty() ? "" : "·") + part;
    return QString::fromStdString(text);
}

/// The tokens of a text, as the vocabulary spells them.
QString tokensOf(const Tokenizer &tokenizer, std::string_view text, Special special = Special::Read)
{
    std::vector<std::string> parts;
    const Ids ids = tokenizer.encode(text, special).value(); // a loop over value() itself would outlive it
    for (const uint32_t id : ids)
        parts.emplace_back(tokenizer.spelling(id));
    return joined(parts);
}

/// BPE by the book: again and again the neighbours of lowest cost, of equal ones the leftmost. `cost` is
/// infinite where two parts do not merge.
template <class Cost> std::vector<std::string> naiveMerges(std::vector<std::string> parts, Cost cost)
{
    for (;;) {
        double best = std::numeric_limits<double>::infinity();
        size_t bestAt = 0;
        for (size_t i = 0; i + 1 < parts.size(); ++i) {
            if (const double c = cost(parts[i], parts[i + 1]); c < best) {
                best = c;
                bestAt = i;
            }
        }
        if (best == std::numeric_limits<double>::infinity())
            return parts;
        parts[bestAt] += parts[bestAt + 1];
        parts.erase(parts.begin() + ptrdiff_t(bestAt) + 1);
    }
}

template <class T> double indexOf(const std::vector<T> &list, const T &item)
{
    const auto found = std::find(list.begin(), list.end(), item);
    return found == list.end() ? std::numeric_limits<double>::infinity() : double(found - list.begin());
}

#if defined(__SANITIZE_ADDRESS__)
constexpr int kSlowness = 10; // what AddressSanitizer may cost
#else
constexpr int kSlowness = 1;
#endif

} // namespace

class TestTokenizer : public QObject
{
    Q_OBJECT

private slots:
    void longestOfTheLeftmostSpecialsWins()
    {
        const SpecialMatcher matcher({{"<a>", 1}, {"<a>b", 2}, {"a>bc", 3}, {"", 4}, {"<a>", 5}, {"<", 6}});
        std::string found;
        matcher.scan("x<a>bc<a>c<<a", [&](size_t begin, size_t length, uint32_t id) {
            found += std::to_string(begin) + "+" + std::to_string(length) + "=" + std::to_string(id) + " ";
        });
        QCOMPARE(found, std::string("1+4=2 6+3=1 10+1=6 11+1=6 "));
    }

    void specialsAreReadOrPlain()
    {
        TokenizerSpec spec = tinyBpe();
        spec.addBos = spec.addEos = true;
        const Tokenizer t = make(std::move(spec));
        QCOMPARE(tokensOf(t, "ab<|x|>c", Special::Add), QString("<s>·ab·<|x|>·c·<|x|>"));
        QCOMPARE(tokensOf(t, "ab<|x|>c", Special::Read), QString("ab·<|x|>·c"));
        QCOMPARE(tokensOf(t, "ab<|x|>c", Special::Plain), QString("ab·<|·x·|>·c"));
        QCOMPARE(tokensOf(t, "<|x|>y"), QString("<|x|>y"));
        QCOMPARE(tokensOf(t, "a  b", Special::Plain), QString("a·  ·b"));
        QVERIFY(t.isSpecial(*t.eos()));
        QVERIFY(!t.isSpecial(*t.idOf("<|x|>y")));
        QVERIFY(t.isEndOfGeneration(*t.eos()));
        QVERIFY(!t.isEndOfGeneration(*t.bos()));
    }

    void partsKeepContentsPlain()
    {
        const Tokenizer t = make(tinyBpe());
        const auto tokens = [&](const std::vector<Tokenizer::TextPart> &parts) {
            std::vector<std::string> all;
            const Ids ids = t.encode(parts, Special::Read).value();
            for (const uint32_t id : ids)
                all.emplace_back(t.spelling(id));
            return joined(all);
        };
        QCOMPARE(tokens({{"<|x|>"}, {"<|x|>", true}, {"<|x|>"}}), QString("<|x|>·<|·x·|>·<|x|>"));
        QCOMPARE(tokens({{"a"}, {"b", true}, {"c"}}), QString("abc")); // one running text
        QCOMPARE(tokens({{"<|"}, {"x", true}, {"|>"}}), QString("<|·x·|>"));
        QCOMPARE(tokens({{"<|x", true}, {"|>"}}), QString("<|·x·|>"));
        QCOMPARE(tokens({{"<|"}, {"x|>"}}), QString("<|x|>"));
        QCOMPARE(tokens({}), QString());
    }

    void endsOfGeneration()
    {
        TokenizerSpec spec = tinyBpe();
        spec.tokens.insert(spec.tokens.end(), {"<|eot_id|>", "<|end|>", "<EOT>"});
        spec.types.insert(spec.types.end(), {3, 1, 4}); // control, normal (does not count), user-defined
        spec.eom = 5;
        const Tokenizer t = make(std::move(spec));
        std::string ends;
        for (uint32_t id = 0; id < t.size(); ++id)
            if (t.isEndOfGeneration(id))
                ends += std::string(t.spelling(id)) + " ";
        QCOMPARE(ends, byteToAlphabet(5) + " <|x|> <|eot_id|> <EOT> ");
    }

    void bytesWithoutATokenAreLeftOut()
    {
        TokenizerSpec spec = tinyBpe();
        spec.tokens[uint8_t('b')] = "unrelated";
        spec.merges = {"a a"};
        const Tokenizer t = make(std::move(spec));
        QCOMPARE(tokensOf(t, "aba"), QString("aa"));
    }

    void plainTextNeverMergesIntoAControlToken()
    {
        TokenizerSpec spec = tinyBpe();
        spec.types[258] = int32_t(TokenType::Control); // "ab"
        const Tokenizer t = make(std::move(spec));
        QCOMPARE(t.spelling(258), std::string_view("ab"));
        QCOMPARE(tokensOf(t, "ab", Special::Plain), QString("a·b"));
        QCOMPARE(tokensOf(t, "ab", Special::Read), QString("ab"));
    }

    void wholeWordsSkipTheMerges()
    {
        TokenizerSpec spec = tinyBpe();
        spec.tokens.push_back("cab");
        spec.types.push_back(int32_t(TokenType::Normal));
        const Tokenizer merged = make(spec);
        QCOMPARE(tokensOf(merged, "cab"), QString("c·ab"));
        spec.pre = "llama-bpe";
        const Tokenizer whole = make(spec);
        QCOMPARE(tokensOf(whole, "cab"), QString("cab"));
        QVERIFY(whole.addsBos());
        QVERIFY(!merged.addsBos());
    }

    void byteBpeEqualsTheNaiveWay()
    {
        const TokenizerSpec spec = tinyBpe();
        const Tokenizer t = make(spec);
        const auto cost = [&](const std::string &a, const std::string &b) {
            return indexOf(spec.merges, a + " " + b);
        };
        std::mt19937 random(11);
        for (int i = 0; i < 600; ++i) {
            std::string word;
            std::vector<std::string> parts;
            for (size_t n = 1 + random() % 80; n > 0; --n) { // short and long words take different ways
                word += char('a' + random() % 3);
                parts.emplace_back(1, word.back());
            }
            QCOMPARE(tokensOf(t, word), joined(naiveMerges(parts, cost)));
        }
    }

    void sentencePieceEqualsTheNaiveWay()
    {
        const TokenizerSpec spec = tinySpm(true);
        const Tokenizer t = make(spec);
        const auto cost = [&](const std::string &a, const std::string &b) {
            const double id = indexOf(spec.tokens, a + b);
            return id < double(spec.tokens.size()) ? -double(spec.scores[size_t(id)]) : id;
        };
        std::mt19937 random(12);
        const std::string pool[] = {"a", "b", "é", " "};
        for (int i = 0; i < 600; ++i) {
            std::string text;
            std::vector<std::string> parts = {"▁"};
            for (size_t n = 1 + random() % 30; n > 0; --n) {
                const std::string &c = pool[random() % std::size(pool)];
                text += c;
                parts.push_back(c == " " ? "▁" : c);
            }
            QCOMPARE(tokensOf(t, text), joined(naiveMerges(parts, cost)));
            QCOMPARE(t.decode(t.encode(text, Special::Read).value()), text);
        }
    }

    void sentencePieceFallsBack()
    {
        QCOMPARE(tokensOf(make(tinySpm(true)), "aß\xff", Special::Add),
                 QString("<s>·▁a·<0xC3>·<0x9F>·<0xFF>"));
        QCOMPARE(tokensOf(make(tinySpm(false)), "a漢字bß"), QString("▁a·<unk>·b·<unk>"));
        TokenizerSpec spec = tinySpm(false);
        spec.unk.reset();
        const auto ids = make(std::move(spec)).encode("ß", Special::Read);
        QVERIFY(!ids);
        QVERIFY(ids.error().message().find("no token for \"ß\"") != std::string::npos);
    }

    void spacePrefixComesAndGoes()
    {
        TokenizerSpec spec = tinySpm(true);
        const Tokenizer with = make(spec);
        QCOMPARE(tokensOf(with, "a</s>a"), QString("▁a·</s>·▁a"));
        QCOMPARE(with.decode(with.encode(" a", Special::Read).value()), std::string(" a"));
        QCOMPARE(with.piece(*with.idOf("▁a")), std::string(" a"));
        spec.addSpacePrefix = false;
        const Tokenizer without = make(spec);
        QCOMPARE(tokensOf(without, "a a"), QString("a·▁a"));
        QCOMPARE(without.decode(without.encode(" a", Special::Read).value()), std::string(" a"));
        spec.removeExtraWhitespaces = true;
        QCOMPARE(tokensOf(make(spec), "  a  b "), QString("a·▁·b"));
    }

    void decodeSkipsWhatItIsTold()
    {
        const Tokenizer t = make(tinySpm(true));
        const Ids ids = t.encode("ab</s>", Special::Add).value();
        QCOMPARE(t.decode(ids), std::string("<s> ab</s>"));
        QCOMPARE(t.decode(ids, {.skipSpecial = true}), std::string("ab"));
        QCOMPARE(t.decode(Ids{9999, *t.idOf("ab")}), std::string("ab"));
        QVERIFY(t.piece(9999).empty());
        QVERIFY(!t.contains(9999));
    }

    void anyBytesComeBack_data()
    {
        QTest::addColumn<bool>("sentencePiece");
        QTest::newRow("byte-level BPE") << false;
        QTest::newRow("SentencePiece") << true;
    }

    void anyBytesComeBack()
    {
        QFETCH(bool, sentencePiece);
        const Tokenizer t = make(sentencePiece ? tinySpm(true) : tinyBpe());
        std::mt19937 random(13);
        for (int i = 0; i < 2000; ++i) {
            std::string bytes;
            for (size_t n = random() % 60; n > 0; --n)
                bytes += random() % 3 ? char(random()) : "ab <|x"[random() % 6];
            const Ids ids = t.encode(bytes, Special::Plain).value();
            QCOMPARE(t.decode(ids), bytes);
            for (const uint32_t id : ids)
                QVERIFY(!t.isSpecial(id));
        }
    }

    /// 1 MB without a border must not take quadratic time: hours. 2 CPU seconds are the limit, 0.3 are usual.
    void longWordsStayFast_data()
    {
        QTest::addColumn<bool>("sentencePiece");
        QTest::addColumn<QString>("unit");
        for (const bool spm : {false, true})
            for (const char *unit : {"a", " ", "\n", "<|x", "!?"})
                QTest::newRow((std::string(spm ? "spm " : "bpe ") + unit).c_str()) << spm << unit;
    }

    void longWordsStayFast()
    {
        QFETCH(bool, sentencePiece);
        QFETCH(QString, unit);
        const Tokenizer t = make(sentencePiece ? tinySpm(true) : tinyBpe());
        const std::string text = unit.repeated(1'000'000 / unit.size()).toStdString() + "x";
        const double start = os::processCpuSeconds();
        const auto ids = t.encode(text, Special::Read);
        QVERIFY(os::processCpuSeconds() - start < 2 * kSlowness);
        QVERIFY(ids);
        QVERIFY(t.decode(*ids) == text);
    }
};

QTEST_APPLESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
