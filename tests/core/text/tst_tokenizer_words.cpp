// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/os.h"
#include "core/text/byte_alphabet.h"
#include "core/text/expression_syntax.h"
#include "core/text/pre_tokenizer.h"

#include <QStringList>
#include <QTest>
#include <iterator>
#include <random>

using namespace lathe;

namespace {

std::vector<std::string> cutBy(std::string_view name, std::string_view text)
{
    std::vector<std::string> pieces;
    const auto pre = PreTokenizer::create(*findPreTokenizer(name)).value();
    if (const auto done = pre.split(text, [&](std::string_view piece) { pieces.emplace_back(piece); }); !done)
        pieces = {done.error().message()};
    return pieces;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr int kSlowness = 10; // what AddressSanitizer may cost
#else
constexpr int kSlowness = 1;
#endif

} // namespace

/// Bytes and words, before the merges.
class TestTokenizerWords : public QObject
{
    Q_OBJECT

private slots:
    void alphabetIsABijection()
    {
        std::string all;
        for (int b = 0; b < 256; ++b) {
            all += byteToAlphabet(uint8_t(b));
            QCOMPARE(*alphabetToBytes(byteToAlphabet(uint8_t(b))), std::string(1, char(b)));
        }
        QCOMPARE(alphabetToBytes(all)->size(), size_t(256));
        QCOMPARE(byteToAlphabet(' '), std::string("Ġ"));
        QCOMPARE(byteToAlphabet('\n'), std::string("Ċ"));
        QCOMPARE(byteToAlphabet(0xAD), std::string("\u0143"));
        for (const char *foreign : {" ", "\u00AD", "\u0144", "\u2581", "\xC4", "\xFF"})
            QVERIFY(!alphabetToBytes(foreign));
    }

    void spacesAreWrittenOut()
    {
        const auto rewritten = [](const char *expression) {
            return pcre2Expression(expression, "x.json").value();
        };
        const std::string space = rewritten("\\s");
        QVERIFY(space.starts_with("[\\x{9}-"));
        QCOMPARE(rewritten("\\S"), "[^" + space.substr(1));
        QCOMPARE(rewritten("[^\\s\\p{L}]"), "[^" + space.substr(1, space.size() - 2) + "\\p{L}]");
        QCOMPARE(rewritten("\\[\\s"), "\\[" + space);
    }

    void everyPreTokenizerLosesNothing()
    {
        std::mt19937 random(7);
        const std::string pool[] = {"a",  "B",  "'s", "'LL", " ",      "  ",     "\n", "\r\n", "1",
                                    "23", "４", "é",  "漢",  "\u180e", "\u3000", "!?", "\xff", "\xe2\x82"};
        for (const PreTokenizerRow &row : preTokenizers()) {
            const auto pre = PreTokenizer::create(row);
            QVERIFY2(pre, row.names.front().data());
            for (int i = 0; i < 200; ++i) {
                std::string text, joined;
                bool hasEmpty = false;
                for (int n = 0; n < 20; ++n)
                    text += pool[random() % std::size(pool)];
                QVERIFY(pre->split(text, [&](std::string_view piece) {
                    hasEmpty |= piece.empty();
                    joined += piece;
                }));
                QCOMPARE(joined, text);
                QVERIFY(!hasEmpty);
            }
        }
    }

    /// 1 MB without a border must not take quadratic time: hours. 2 CPU seconds are the limit, 0.05 are
    /// usual.
    void longTextsStayFast()
    {
        for (const PreTokenizerRow &row : preTokenizers()) {
            const auto pre = PreTokenizer::create(row).value();
            for (const char *unit :
                 {"a", "A", "漢", "漢A", " ", "\n", "\u3000\r", "1", "!", "!a", "\u0301"}) {
                const std::string text = QString(unit).repeated(333'333).toStdString() + "x";
                size_t bytes = 0;
                const double start = os::processCpuSeconds();
                QVERIFY(pre.split(text, [&](std::string_view piece) { bytes += piece.size(); }));
                const double seconds = os::processCpuSeconds() - start;
                QVERIFY2(seconds < 2 * kSlowness, (std::string(row.names.front()) + " " + unit).c_str());
                QCOMPARE(bytes, text.size());
            }
        }
    }

    void preTokenizersCut_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("pieces");
        const auto row = [](const char *title, const char *name, const char *text, QStringList pieces) {
            QTest::newRow(title) << name << QString::fromUtf8(text) << pieces;
        };
        row("gpt-2", "gpt-2", "I'll go  12a!", {"I", "'ll", " go", " ", " 12", "a", "!"});
        row("U+180E is no space", "gpt-2", "a \u180e", {"a", QString(" ") + QChar(0x180e)});
        row("smollm: each digit", "smollm", "x 12", {"x", " ", "1", "2"});
        row("llama 3: three digits", "llama-bpe", "I'LL 1234", {"I", "'LL", " ", "123", "4"});
        row("qwen2: each digit", "qwen2", "a\n\n b12", {"a", "\n\n", " b", "1", "2"});
        row("default", "default", "a+b 1234", {"a", "+", "b", " ", "123", "4"});
        row("no name is the default", "", "a+b", {"a", "+", "b"});
        row("falcon", "falcon", "a, 1234", {"a", ",", " ", "123", "4"});
        row("deepseek-coder", "deepseek-coder", "a\n\n12", {"a", "\n", "\n", "1", "2"});
        row("deepseek-v3", "deepseek-v3", "12345_ab", {"123", "45", "_ab"});
        row("gpt-4o", "gpt-4o", "helloWorld's", {"hello", "World's"});
        row("tekken", "tekken", "helloWORLDs 12", {"hello", "WORLDs", " ", "1", "2"});
    }

    void preTokenizersCut()
    {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QFETCH(QStringList, pieces);
        QStringList got;
        for (const std::string &piece : cutBy(name.toStdString(), text.toStdString()))
            got << QString::fromStdString(piece);
        QCOMPARE(got, pieces);
    }

    void malformedBytesAreCutOff()
    {
        const std::vector<std::string> want = {"ab", "\xff\xfe", " cd"};
        QCOMPARE(cutBy("gpt-2", "ab\xff\xfe cd"), want);
    }

    void unknownNamesHaveNoRow()
    {
        QVERIFY(!findPreTokenizer("quantum"));
        QVERIFY(preTokenizerNames().starts_with("default, gpt-2, "));
    }
};

QTEST_APPLESS_MAIN(TestTokenizerWords)
#include "tst_tokenizer_words.moc"
