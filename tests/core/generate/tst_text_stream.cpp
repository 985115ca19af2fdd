// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/text_stream.h"

#include <QTest>

using namespace lathe;
using Texts = std::vector<std::string>;

/// What is handed out after each piece, and at the end.
class TestTextStream : public QObject
{
    Q_OBJECT

private slots:
    void pieces_data()
    {
        QTest::addColumn<Texts>("stops");
        QTest::addColumn<Texts>("pieces");
        QTest::addColumn<Texts>("given"); ///< one per piece, then the flush
        QTest::addColumn<bool>("stopped");
        const auto row = [](const char *name, Texts stops, Texts pieces, Texts given, bool stopped) {
            QTest::newRow(name) << stops << pieces << given << stopped;
        };
        row("plain", {}, {"Hello", ",", " you"}, {"Hello", ",", " you", ""}, false);
        row("nothing", {}, {}, {""}, false);
        row("empty pieces", {"x"}, {"", "a", ""}, {"", "a", "", ""}, false);
        row("two bytes over two tokens", {}, {"\xC3", "\xA9!"}, {"", "é!", ""}, false);
        row("four bytes over four tokens", {}, {"a\xF0", "\x9F", "\x98", "\x80z"}, {"a", "", "", "😀z", ""},
            false);
        row("never finished", {}, {"a\xF0\x9F\x98"}, {"a", "\uFFFD\uFFFD\uFFFD"}, false);
        row("broken off by another", {}, {"\xE2\x82", "x"}, {"", "\uFFFD\uFFFDx", ""}, false);
        row("malformed", {}, {"\xFF\x80z"}, {"\uFFFD\uFFFDz", ""}, false);
        row("stop in one token", {"END"}, {"one END two"}, {"one ", ""}, true);
        row("stop over three tokens", {"END"}, {"a E", "N", "D b"}, {"a ", "", "", ""}, true);
        row("held back and released", {"END"}, {"a E", "N", "X"}, {"a ", "", "ENX", ""}, false);
        row("held back to the end", {"END"}, {"a E", "N"}, {"a ", "", "EN"}, false);
        row("begins anew inside itself", {"aab"}, {"a", "a", "a", "b"}, {"", "", "a", "", ""}, true);
        row("the first of two", {"yy", "x"}, {"a x yy"}, {"a ", ""}, true);
        row("the one that begins first", {"bc", "abcd"}, {"zab", "cd"}, {"z", "", ""}, true);
        row("an empty stop is none", {""}, {"ab", "c"}, {"ab", "c", ""}, false);
        row("stop of many bytes", {"é"}, {"caf\xC3", "\xA9s"}, {"caf", "", ""}, true);
        row("other character with the first byte", {"é"}, {"caf\xC3", "\xA8s"}, {"caf", "ès", ""}, false);
        row("new line", {"\n\n"}, {"a\n", "b\n", "\nc"}, {"a", "\nb", "", ""}, true);
    }
    void pieces()
    {
        QFETCH(Texts, stops);
        QFETCH(Texts, pieces);
        QFETCH(Texts, given);
        QFETCH(bool, stopped);
        TextStream stream(stops);
        Texts out;
        for (const std::string &piece : pieces)
            out.push_back(stream.add(piece));
        out.push_back(stream.flush());
        QCOMPARE(out, given);
        QCOMPARE(stream.stopped(), stopped);
    }
};

QTEST_GUILESS_MAIN(TestTextStream)
#include "tst_text_stream.moc"
