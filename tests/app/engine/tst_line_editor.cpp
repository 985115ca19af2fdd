// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/line_editor.h"

#include <QTest>

using lathe::cli::LineEditor;

/// Keys in, text and the place of the cursor out.
class TestLineEditor : public QObject
{
    Q_OBJECT

private slots:
    void edits_data();
    void edits();
    void history();
    void ends();
    void draws_data();
    void draws();

private:
    static LineEditor::Event feed(LineEditor &editor, std::string_view keys)
    {
        LineEditor::Event last = LineEditor::Event::Edit;
        for (const char key : keys)
            last = editor.feed(key);
        return last;
    }
};

void TestLineEditor::edits_data()
{
    QTest::addColumn<QByteArray>("keys");
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const char *name, const char *keys, const char *line) {
        QTest::newRow(name) << QByteArray(keys) << QByteArray(line);
    };
    row("plain", "Hello", "Hello");
    row("left and insert", "Helo\x1b[Dl", "Hello");
    row("left in application mode", "Helo\x1bODl", "Hello");
    row("far left and right",
        "b\x1b[D\x1b[D\x1b[D"
        "a\x1b[C\x1b[C\x1b[C"
        "c",
        "abc");
    row("home and end", "b\x1b[Ha\x1b[Fc", "abc");
    row("home and end of other terminals", "b\x1b[1~a\x1b[4~c", "abc");
    row("Ctrl+A, E, B, F",
        "b\x01"
        "a\x05"
        "d\x02"
        "c\x06"
        "e",
        "abcde");
    row("backspace", "Hellp\x7fo", "Hello");
    row("backspace of Ctrl+H", "Hellp\x08o", "Hello");
    row("backspace at the front", "\x7f\x7fHi", "Hi");
    row("delete", "Hxi\x02\x02\x1b[3~", "Hi");
    row("delete by Ctrl+D", "Hxi\x02\x02\x04", "Hi");
    row("delete at the end", "Hi\x1b[3~", "Hi");
    row("cut the rest", "Hi there\x02\x02\x02\x02\x02\x02\x0b", "Hi");
    row("cut what is before", "Hi there\x02\x02\x02\x02\x02\x15", "there");
    row("cut a word", "one two  \x17three", "one three");
    row("characters of several bytes",
        "a\xc3\xa9\xf0\x9f\x98\x80\x7f\x7f"
        "b",
        "ab");
    row("left over a character of several bytes",
        "\xe2\x82\xac\x1b[D"
        "5",
        "5\xe2\x82\xac");
    row("bytes that are no UTF-8 are left out",
        "a\xff\xfe"
        "b",
        "ab");
    row("an unknown sequence is left out", "a\x1b[15~\x1b[1;5D\x1bxb", "ab");
    row("other control keys are left out",
        "a\x0c\x14\x1a"
        "b",
        "ab");
    row("a tab stays", "a\tb", "a\tb");
    row("a pasted text keeps its lines", "x \x1b[200~one\rtwo\nthree\x1b[201~ y", "x one\ntwo\nthree y");
}

void TestLineEditor::edits()
{
    QFETCH(QByteArray, keys);
    QFETCH(QByteArray, line);
    LineEditor editor;
    QVERIFY(feed(editor, keys.toStdString()) == LineEditor::Event::Edit);
    QCOMPARE(QByteArray::fromStdString(editor.take()), line);
    QVERIFY(editor.empty());
}

void TestLineEditor::history()
{
    LineEditor editor;
    for (const char *line : {"one", "two", "two", ""}) {
        QVERIFY(feed(editor, std::string(line) + "\r") == LineEditor::Event::Line);
        editor.take();
    }
    feed(editor, "draft\x1b[A");
    QCOMPARE(editor.take(), std::string("two")); // once, though it was asked twice
    feed(editor, "draft\x1b[A\x1b[A\x1b[A\x1b[A");
    QCOMPARE(editor.take(), std::string("one"));
    feed(editor, "draft\x1b[A\x1b[A\x1b[B\x1b[B\x1b[B!");
    QCOMPARE(editor.take(), std::string("draft!"));
    feed(editor, "\x10"
                 "?\x1b[A\x1b[B"); // a changed line of the past is no line of the past
    QVERIFY(feed(editor, "\n") == LineEditor::Event::Line);
    editor.take();
    feed(editor, "\x10\x10\x0e");
    editor.clear();
    QVERIFY(editor.empty());
    QCOMPARE(editor.take(), std::string());
}

void TestLineEditor::ends()
{
    LineEditor editor;
    QVERIFY(feed(editor, "\x04") == LineEditor::Event::End);
    QVERIFY(feed(editor, "a\x03") == LineEditor::Event::Interrupt);
    QVERIFY(!editor.empty()); // what an interrupt means is the caller's
    QVERIFY(feed(editor, "\x04") == LineEditor::Event::Edit);
    QVERIFY(feed(editor, "\r") == LineEditor::Event::Line);
}

void TestLineEditor::draws_data()
{
    QTest::addColumn<QByteArray>("keys");
    QTest::addColumn<int>("columns");
    QTest::addColumn<QByteArray>("drawn");
    const auto row = [](const char *name, const char *keys, int columns, const char *drawn) {
        QTest::newRow(name) << QByteArray(keys) << columns << QByteArray(drawn);
    };
    row("empty", "", 80, "\r> \x1b[K\r\x1b[2C");
    row("at the end", "abc", 80, "\r> abc\x1b[K\r\x1b[5C");
    row("in the middle", "abc\x02", 80, "\r> abc\x1b[K\r\x1b[4C");
    row("longer than the row", "abcdefghij", 8, "\r> fghij\x1b[K\r\x1b[7C");
    row("its beginning", "abcdefghij\x01", 8, "\r> abcde\x1b[K\r\x1b[2C");
    row("two columns each", "\xe6\xbc\xa2\xe5\xad\x97", 80, "\r> \xe6\xbc\xa2\xe5\xad\x97\x1b[K\r\x1b[6C");
    row("half of one does not fit", "\xe6\xbc\xa2\xe5\xad\x97", 6, "\r> \xe5\xad\x97\x1b[K\r\x1b[4C");
    row("a line break shows as one", "\x1b[200~a\rb\x1b[201~", 80, "\r> a↵b\x1b[K\r\x1b[5C");
    row("no room at all", "ab", 1, "\r> b\x1b[K\r\x1b[3C");
}

void TestLineEditor::draws()
{
    QFETCH(QByteArray, keys);
    QFETCH(int, columns);
    QFETCH(QByteArray, drawn);
    LineEditor editor;
    feed(editor, keys.toStdString());
    QCOMPARE(QByteArray::fromStdString(editor.draw("> ", unsigned(columns))), drawn);
}

QTEST_GUILESS_MAIN(TestLineEditor)
#include "tst_line_editor.moc"
