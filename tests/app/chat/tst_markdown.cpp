// SPDX-License-Identifier: GPL-3.0-or-later
// Markdown of messages, the hostile kind too: nothing in a message runs, loads or is lost.
#include "app/desktop/pages/chat/markdown.h"
#include "app/desktop/pages/chat/message_body.h"
#include "app/desktop/pages/chat/token_text.h"
#include "app/desktop/style/theme.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QJsonArray>
#include <QJsonObject>
#include <QPushButton>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>

#include <cmath>

using namespace lathe::desktop;

namespace {

const Tokens &colours()
{
    return tokensFor(false);
}

/// What a reader sees of `markdown`.
QString plain(const QString &markdown)
{
    QTextDocument document;
    document.setHtml(renderMarkdown(markdown, colours()).html);
    return document.toPlainText().replace(QChar::Nbsp, u' ').trimmed();
}

} // namespace

class TestMarkdown : public QObject
{
    Q_OBJECT
private slots:
    void shows_data();
    void shows();
    void codeBlocks();
    void hostile_data();
    void hostile();
    void links_data();
    void links();
    void plainStaysPlain();
    void specialTokensAreSetOff();
    void copyButtons();
    void loadsNothing();
    void fitsItsText();
    void rendersTenTimesASecond();
    void marks();
    void tokenTable();
};

void TestMarkdown::shows_data()
{
    QTest::addColumn<QString>("markdown");
    QTest::addColumn<QString>("seen");
    QTest::newRow("tab in code") << "- x\n  ```\n  \tb\n  ```"
                                 << "x\ntext\n    b";
    QTest::newRow("emphasis") << "very **strong** and *soft*"
                              << "very strong and soft";
    QTest::newRow("list") << "- one\n- two"
                          << "one\ntwo";
    QTest::newRow("task list") << "- [x] done\n- [ ] open" << QString::fromUtf8("☑ done\n☐ open");
    QTest::newRow("table") << "|a|b|\n|---|---|\n|1|2|"
                           << "a\nb\n1\n2";
    QTest::newRow("inline code") << "call `f(<x>)` now"
                                 << "call f(<x>) now";
    QTest::newRow("unclosed code block") << "```py\nx = 1"
                                         << "py\nx = 1";
    QTest::newRow("entities") << "a &lt; b &amp; c"
                              << "a < b & c";
    QTest::newRow("not UTF-16 safe") << QString::fromUtf8("猫 🐈 ok") << QString::fromUtf8("猫 🐈 ok");
    QTest::newRow("strike") << "~~old~~ new"
                            << "old new";
    QTest::newRow("empty") << ""
                           << "";
}

void TestMarkdown::shows()
{
    QFETCH(QString, markdown);
    QFETCH(QString, seen);
    QString got = plain(markdown);
    got.remove(QChar::ParagraphSeparator)
        .remove(QChar(0xfdd0))
        .remove(QChar(0xfdd1))
        .remove(QChar::ObjectReplacementCharacter);
    while (got.contains("\n\n"))
        got.replace("\n\n", "\n");
    QCOMPARE(got.trimmed(), seen);
}

void TestMarkdown::codeBlocks()
{
    const RenderedText text = renderMarkdown(
        "```python\nif a < b && c:\n\tprint(\"%1 %5\")\n```\n\nand\n\n    indented\n", colours());
    QCOMPARE(text.codeBlocks, (QStringList{"if a < b && c:\n\tprint(\"%1 %5\")\n", "indented\n"}));
    QVERIFY(text.html.contains("name=\"code-0\""));
    QVERIFY(text.html.contains(">python</a>"));
    QVERIFY(text.html.contains("%1 %5")); // not taken for a place holder
}

void TestMarkdown::hostile_data()
{
    QTest::addColumn<QString>("markdown");
    QTest::addColumn<QString>("stays"); ///< of the text, as text
    QTest::newRow("script") << "<script>alert(1)</script>"
                            << "<script>alert(1)</script>";
    QTest::newRow("html image") << "<img src=\"http://evil/x.png\">"
                                << "<img src=\"http://evil/x.png\">";
    QTest::newRow("inline html") << "a <b onclick=\"x()\">b</b>"
                                 << "<b onclick=\"x()\">";
    QTest::newRow("iframe") << "<iframe src=\"file:///etc/passwd\"></iframe>"
                            << "<iframe src=\"file:///etc/passwd\">";
    QTest::newRow("style") << "<style>*{display:none}</style>"
                           << "<style>*{display:none}</style>";
    QTest::newRow("image") << "![cat](http://evil/cat.png)"
                           << "[cat: http://evil/cat.png]";
    QTest::newRow("local image") << "![](file:///etc/passwd)"
                                 << "[image: file:///etc/passwd]";
    QTest::newRow("end of code table") << "```\n</pre></td></tr></table><script>\n```"
                                       << "</pre></td></tr></table><script>";
    QTest::newRow("language") << "```\"><script>\nx\n```"
                              << "x";
    QTest::newRow("title") << "[a](http://x \"\\\" onmouseover=1\")"
                           << "a";
    QTest::newRow("comment") << "<!-- hidden -->shown"
                             << "<!-- hidden -->shown";
    QTest::newRow("zero byte") << QString::fromUtf8("a\0b", 3) << "a";
    QTest::newRow("deep quotes") << QString(5000, '>') + " x"
                                 << "x";
    QTest::newRow("deep emphasis") << QString(5000, '*') + "x"
                                   << "x";
    QTest::newRow("many brackets") << QString(5000, '[') << "[";
}

void TestMarkdown::hostile()
{
    QFETCH(QString, markdown);
    QFETCH(QString, stays);
    const QString html = renderMarkdown(markdown, colours()).html;
    for (const char *never : {"<script", "<img", "<iframe", "<style", "<input", "onclick=\"", "javascript:"})
        QVERIFY2(!html.contains(QLatin1String(never)), qPrintable(html));
    QVERIFY2(plain(markdown).contains(stays), qPrintable(plain(markdown)));
}

void TestMarkdown::links_data()
{
    QTest::addColumn<QString>("markdown");
    QTest::addColumn<QString>("address"); ///< empty: no link
    QTest::newRow("https") << "[a](https://lathe.example/x?a=1&b=2)"
                           << "https://lathe.example/x?a=1&b=2";
    QTest::newRow("bare") << "see https://lathe.example"
                          << "https://lathe.example";
    QTest::newRow("mail") << "[a](mailto:me@lathe.example)"
                          << "mailto:me@lathe.example";
    QTest::newRow("script") << "[a](javascript:alert(1))"
                            << "";
    QTest::newRow("mixed case") << "[a](JaVaScRiPt:alert(1))"
                                << "";
    QTest::newRow("entity") << "[a](java&#115;cript:alert(1))"
                            << "";
    QTest::newRow("file") << "[a](file:///etc/passwd)"
                          << "";
    QTest::newRow("data") << "[a](data:text/html;base64,xx)"
                          << "";
    QTest::newRow("relative") << "[a](../../x)"
                              << "";
}

void TestMarkdown::links()
{
    QFETCH(QString, markdown);
    QFETCH(QString, address);
    QTextDocument document;
    document.setHtml(renderMarkdown(markdown, colours()).html);
    QString found;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
        for (auto it = block.begin(); !it.atEnd(); ++it)
            if (it.fragment().charFormat().isAnchor() && !it.fragment().charFormat().anchorHref().isEmpty())
                found = it.fragment().charFormat().anchorHref();
    QCOMPARE(found, address);
}

void TestMarkdown::plainStaysPlain()
{
    MessageBody body;
    const QString typed = "**not bold** <b>x</b>\n  two  spaces &amp; `code`\n\n# no heading";
    body.showPlain(typed);
    QCOMPARE(body.toPlainText().replace(QChar::Nbsp, u' '), typed);
}

void TestMarkdown::specialTokensAreSetOff()
{
    const QString html = renderPlain("end <|im_end|> and </s> and [INST] but a < b", colours());
    QCOMPARE(html.count("<code"), 3);
    QVERIFY(html.contains("&lt;|im_end|&gt;</code>"));
    QVERIFY(html.contains("a &lt; b"));
}

void TestMarkdown::copyButtons()
{
    MessageBody body;
    body.resize(500, 400);
    body.show();
    body.showMarkdown("```c\nint a;\n```\ntext\n```\nsecond\n```\n", false);
    QList<QPushButton *> buttons = body.findChildren<QPushButton *>("chatCodeCopy");
    QCOMPARE(buttons.size(), 2);
    for (QPushButton *button : buttons) {
        QVERIFY(button->isVisible());
        QCOMPARE(button->accessibleName(), QString("Copy code block"));
        QVERIFY2(body.viewport()->rect().contains(button->geometry()), "outside");
    }
    QVERIFY(buttons[1]->y() > buttons[0]->y());
    QTest::mouseClick(buttons[1], Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("second\n"));
    body.showMarkdown("no code", false);
    QVERIFY(!buttons[0]->isVisible());
}

void TestMarkdown::loadsNothing()
{
    struct Probe : MessageBody {
        using MessageBody::loadResource;
    } body;
    QVERIFY(!body.loadResource(QTextDocument::ImageResource, QUrl("http://evil/x.png")).isValid());
    QVERIFY(
        !body.loadResource(QTextDocument::ImageResource, QUrl::fromLocalFile(LATHE_TEST_DATA "/README.md"))
             .isValid());
    QVERIFY(!body.loadResource(QTextDocument::StyleSheetResource, QUrl("qrc:/lathe.qss")).isValid());
}

void TestMarkdown::fitsItsText()
{
    MessageBody body;
    body.resize(300, 10);
    body.show();
    body.showMarkdown("one", false);
    const int one = body.height();
    QString text = "one";
    for (int i = 0; i < 9; ++i)
        text += "\n\none";
    body.showMarkdown(text, false);
    QVERIFY2(body.height() > 8 * one, "ten paragraphs are higher than one");
    QVERIFY(body.height() >= int(body.document()->size().height()));
    const int high = body.height();
    body.showMarkdown(QString("word ").repeated(200), false);
    const int narrow = body.height();
    body.resize(900, body.height());
    QVERIFY2(body.height() < narrow, "a wider card is lower");
    QVERIFY(high > 0);
}

void TestMarkdown::rendersTenTimesASecond()
{
    MessageBody body;
    body.show();
    int renders = 0;
    connect(&body, &MessageBody::rendered, this, [&] { ++renders; });
    body.showMarkdown("a", true);
    QCOMPARE(renders, 1);
    QString text = "a";
    for (int i = 0; i < 200; ++i)
        body.showMarkdown(text += " b", true);
    QCOMPARE(renders, 1); // 200 tokens within a tenth of a second: still the first
    QTRY_VERIFY(body.toPlainText().count('b') == 200);
    QVERIFY(body.toPlainText().endsWith(QString::fromUtf8("▍")));
    body.showMarkdown(text, false);
    QVERIFY(body.toPlainText().endsWith('b')); // the end is rendered at once
    const int ended = renders;
    body.showMarkdown(text, false);
    QCOMPARE(renders, ended); // and never again
}

void TestMarkdown::marks()
{
    MessageBody body;
    body.showMarkdown("One cat, two CATs, three dogs.", false);
    QCOMPARE(body.mark("cat", 1), 2);
    QCOMPARE(body.extraSelections().size(), 2);
    QVERIFY(body.extraSelections()[0].format.background() != body.extraSelections()[1].format.background());
    QCOMPARE(body.mark("", -1), 0);
    QCOMPARE(body.extraSelections().size(), 0);
}

void TestMarkdown::tokenTable()
{
    const QJsonArray candidates{QJsonObject{{"text", " a"}, {"logprob", std::log(0.25)}},
                                QJsonObject{{"text", " b"}, {"logprob", std::log(0.5)}}};
    const QJsonArray tokens{
        QJsonObject{{"text", " a"}, {"logprob", std::log(0.25)}, {"candidates", candidates}},
        QJsonObject{{"text", "\n"}, {"logprob", 0.0}, {"candidates", QJsonArray{}}}};
    TokenTable table;
    QAbstractItemModelTester tester(&table);
    table.setTokens(tokens);
    QCOMPARE(table.rowCount(), 2);
    QCOMPARE(table.index(0, 1).data().toString(), QString::fromUtf8("␣a"));
    QCOMPARE(table.index(0, 2).data().toString(), QString::fromUtf8("25.0 %"));
    QCOMPARE(table.index(0, 3).data().toString(), QString::fromUtf8("␣b 50.0 %"));
    QCOMPARE(table.index(1, 1).data().toString(), QString::fromUtf8("↵"));
    QCOMPARE(tokenTooltip(tokens, 0).split('\n').size(), 2);
    MessageBody body;
    body.showTokens(tokens);
    QVERIFY(body.toHtml().contains("href=\"#0\""));
}

QTEST_MAIN(TestMarkdown)
#include "tst_markdown.moc"
