// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/os.h"
#include "core/text/expression.h"
#include "core/text/expression_syntax.h"

#include <QStringList>
#include <QTest>

using namespace lathe;

namespace {

Result<QStringList> matches(const std::string &expression, const std::string &text)
{
    LATHE_ASSIGN(const Expression compiled,
                 Expression::compile(expression, Expression::Origin::File, "x.json"));
    ExpressionRun run(compiled);
    QStringList found;
    LATHE_TRY(run.search(text, [&](size_t begin, size_t end) {
        found << QString::fromStdString(text.substr(begin, end - begin));
    }));
    return found;
}

} // namespace

/// Expressions of tokenizer.json files mean what they mean to Oniguruma (compared with PyPI's tokenizers in
/// tst_tokenizer_json), or are refused.
class TestExpression : public QObject
{
    Q_OBJECT

private slots:
    void finds_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("found");
        const auto row = [](const char *title, const char *expression, const QString &text,
                            QStringList found) { QTest::newRow(title) << expression << text << found; };
        row("U+180E is no space", R"(\s)", QString("a ") + QChar(0x180e), {" "});
        row("no space in brackets", R"([^\S\n]+)", "a \t\nb", {" \t"});
        row("words have marks", R"(\w+)", QString("e\u0301_1-") + QChar(0x2167),
            {"e\u0301_1", QString(QChar(0x2167))});
        row("hexadecimal digits", R"(\h+)", "xfF9g", {"fF9"});
        row("a repeat of a repeat", R"(\d{2}+)", "12345", {"1234"});
        row("and of a group", R"((?:ab){1,2}+)", "ababababab", {"ababababab"});
        row("a possessive plus", R"(a++a)", "aaa", {});
        row("at most", R"(a{,2})", "aaa", {"aa", "a"});
        row("braces that are no repeat", R"(a{x}|{)", "a{x}{", {"a{x}", "{"});
        row("the dot and line ends", R"(a.b)", "a\nb", {});
        row("(?m)", R"((?m:a.b))", "a\nb", {"a\nb"});
        row("lines have begins and ends", R"(^a$)", "a\nb\na", {"a", "a"});
        row("a script, without its extensions", R"(\p{Katakana}+)", QString::fromUtf8("ア、ー"),
            {QString::fromUtf8("ア")});
        row("not a category", R"(\p{^L}+)", "a12b", {"12"});
        row("code points", R"([\u3041-\x{3096}]+)", QString::fromUtf8("aあいb"), {QString::fromUtf8("あい")});
        row("small and large", R"((?i:'S))", "'s'S", {"'s", "'S"});
        row("empty matches", "x*", "axb", {"", "x", ""});
    }

    void finds()
    {
        QFETCH(QString, expression);
        QFETCH(QString, text);
        QFETCH(QStringList, found);
        const auto got = matches(expression.toStdString(), text.toStdString());
        QVERIFY2(got, got ? "" : got.error().message().c_str());
        QCOMPARE(*got, found);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *expression, const char *message) {
            QTest::newRow(expression) << expression << message;
        };
        row(R"([a-w&&[^aeiou]])", "unsupported: && in brackets");
        row(R"([a[b]])", "unsupported: a bracket in brackets");
        row(R"([[:alpha:]])", "unsupported: a bracket in brackets");
        row(R"(\bword)", "unsupported: \\b");
        row(R"(\g<1>)", "unsupported: \\g");
        row(R"(a{2}?)", "unsupported: {n}?");
        row(R"(b(?i)a|c)", "unsupported: (?i)");
        row(R"((?x: a))", "unsupported: (?x:");
        row(R"((*COMMIT)a)", "unsupported: (*");
        row(R"(\xFF)", "unsupported: \\xFF");
        row(R"([])", "unsupported: []");
        row(R"([a)", "unsupported: an open bracket");
        row(R"(a\)", "unsupported: a last \\");
        row(R"(\p{Nonsense})", "does not compile");
        row(R"(a))", "does not compile");
    }

    void refuses()
    {
        QFETCH(QString, expression);
        QFETCH(QString, message);
        const auto got = matches(expression.toStdString(), "a");
        QVERIFY(!got);
        const QString text = QString::fromStdString(got.error().message());
        QVERIFY2(text.startsWith("x.json: ") && text.contains(message), qPrintable(text));
    }

    /// Nested repeats try every way to cut the text: 2^5000 here.
    void hostileExpressionsEnd()
    {
        const std::string text = std::string(5000, 'a') + "bc";
        const double start = os::processCpuSeconds();
        for (const char *expression : {"(a+)+$", "(a|aa)+c", "(?:a*)*c", "(a|a?)+c"}) {
            const auto got = matches(expression, text);
            QVERIFY2(!got, expression);
            QVERIFY2(got.error().message().find("gave up: match limit exceeded") != std::string::npos,
                     got.error().message().c_str());
        }
        QVERIFY(os::processCpuSeconds() - start < 10);
    }

    /// The long bound: an honest expression on a long run of spaces.
    void longRunsAreFound()
    {
        const std::string text = std::string(100'000, ' ') + "a";
        const auto got = matches(R"(\s*[\r\n]+|\s+(?!\S)|\s+)", text);
        QVERIFY2(got, got ? "" : got.error().message().c_str());
        QCOMPARE(got->size(), 2);
        QCOMPARE(got->first().size(), 99'999);
    }
};

QTEST_APPLESS_MAIN(TestExpression)
#include "tst_expression.moc"
