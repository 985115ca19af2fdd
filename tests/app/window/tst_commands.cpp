// SPDX-License-Identifier: GPL-3.0-or-later
// Commands, their keys, and the palette that finds them.
#include "app/desktop/window/command_palette.h"
#include "app/desktop/window/commands.h"
#include "app/desktop/window/fuzzy.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QtTest>

using namespace lathe::desktop;

class TestCommands : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init() { Settings().reset(); }
    void fuzzyFindsLettersInOrder_data();
    void fuzzyFindsLettersInOrder();
    void fuzzyPrefersTheBetterText_data();
    void fuzzyPrefersTheBetterText();
    void keysOfAnotherCommandAreRefused();
    void keysAreKept();
    void paletteRunsWhatItFinds();
    void paletteSaysWhenNothingIsFound();
};

void TestCommands::fuzzyFindsLettersInOrder_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("found");
    QTest::newRow("empty") << ""
                           << "New chat" << true;
    QTest::newRow("beginnings") << "nc"
                                << "New chat" << true;
    QTest::newRow("case") << "NEW"
                          << "New chat" << true;
    QTest::newRow("spaces do not count") << "ne ch"
                                         << "New chat" << true;
    QTest::newRow("wrong order") << "cn"
                                 << "New chat" << false;
    QTest::newRow("a letter too many") << "neww"
                                       << "New chat" << false;
    QTest::newRow("other script") << "größe"
                                  << "Größe" << true;
}

void TestCommands::fuzzyFindsLettersInOrder()
{
    QFETCH(QString, query);
    QFETCH(QString, text);
    QTEST(fuzzyScore(query, text).has_value(), "found");
}

void TestCommands::fuzzyPrefersTheBetterText_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("better");
    QTest::addColumn<QString>("worse");
    QTest::newRow("beginnings of words") << "of"
                                         << "Open file"
                                         << "Copy of this";
    QTest::newRow("one piece") << "chat"
                               << "New chat"
                               << "Copy the atom";
    QTest::newRow("shorter") << "zoom"
                             << "Zoom in"
                             << "Zoom in on the selected layer of the model";
}

void TestCommands::fuzzyPrefersTheBetterText()
{
    QFETCH(QString, query);
    QFETCH(QString, better);
    QFETCH(QString, worse);
    QVERIFY(fuzzyScore(query, better).value_or(-1000) > fuzzyScore(query, worse).value_or(-1000));
}

void TestCommands::keysOfAnotherCommandAreRefused()
{
    Settings settings;
    Commands commands(&settings);
    QAction *open = commands.add("open", "&Open file …", {}, "Ctrl+O");
    QAction *find = commands.add("find", "&Find", {}, "Ctrl+F");
    QCOMPARE(commandName(open), "Open file");
    QCOMPARE(commands.rebind(find, "Ctrl+O"), "Open file");
    QCOMPARE(find->shortcut(), QKeySequence("Ctrl+F"));
    QCOMPARE(commands.rebind(find, "Ctrl+G"), "");
    QCOMPARE(find->shortcut(), QKeySequence("Ctrl+G"));
    QCOMPARE(commands.rebind(find, ""), "");
    QVERIFY(find->shortcut().isEmpty());
}

void TestCommands::keysAreKept()
{
    {
        Settings settings;
        Commands commands(&settings);
        commands.rebind(commands.add("open", "Open", {}, "Ctrl+O"), "Ctrl+J");
    }
    Settings settings;
    Commands commands(&settings);
    QAction *open = commands.add("open", "Open", {}, "Ctrl+O");
    QCOMPARE(open->shortcut(), QKeySequence("Ctrl+J"));
    commands.resetKeys();
    QCOMPARE(open->shortcut(), QKeySequence("Ctrl+O"));
}

void TestCommands::paletteRunsWhatItFinds()
{
    QWidget window;
    auto *field = new QLineEdit(&window);
    window.resize(600, 400);
    CommandPalette *palette = new CommandPalette(field);
    QString ran;
    palette->addSource([&]() -> QList<PaletteEntry> {
        return {{"New chat", "Command", "Ctrl+N", "plus", [&] { ran = "new"; }},
                {"Zoom in", "Command", "", "plus", [&] { ran = "zoom"; }}};
    });
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    field->clearFocus();
    field->setFocus();
    QVERIFY(palette->isVisible());
    auto *list = palette->findChild<QListWidget *>("paletteList");
    QCOMPARE(list->count(), 2);
    QTest::keyClicks(field, "zoo");
    QCOMPARE(list->count(), 1);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(ran, "zoom");
    QVERIFY(!palette->isVisible());
    QCOMPARE(field->text(), "");
    field->setFocus();
    QTest::keyClick(field, Qt::Key_Down);
    QTest::keyClick(field, Qt::Key_Up);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(ran, "new");
    field->setFocus();
    QTest::keyClicks(field, "z");
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!palette->isVisible());
}

void TestCommands::paletteSaysWhenNothingIsFound()
{
    QWidget window;
    auto *field = new QLineEdit(&window);
    window.resize(600, 400);
    CommandPalette *palette = new CommandPalette(field);
    palette->addSource([]() -> QList<PaletteEntry> { return {{"New chat", "Command", "", "plus", [] {}}}; });
    QString searched;
    palette->setFallback([&](const QString &text) { searched = text; });
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    field->clearFocus();
    field->setFocus();
    QTest::keyClicks(field, "xyz");
    QCOMPARE(palette->findChild<QLabel *>("paletteNothing")->text(),
             "Nothing named “xyz”. Enter searches the chats.");
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(searched, "xyz");
}

QTEST_MAIN(TestCommands)
#include "tst_commands.moc"
