// SPDX-License-Identifier: GPL-3.0-or-later
// The parts around the conversation: chat list, search, find, raw prompt, probabilities, export, keys.
#include "chat_fixture.h"

#include <QAccessible>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QProgressBar>
#include <QSlider>
#include <QStandardPaths>

using namespace lathe::desktop;

class TestChatPanels : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void rawPrompt();
    void probabilities();
    void contextMeter();
    void findInConversation();
    void searchesAllChats();
    void chatListRenamesAndTrashes();
    void copies();
    void exports();
    void exportFails();
    void keysOnlyWhileVisible();
    void names();

private:
    std::unique_ptr<ChatFixture> m;
};

void TestChatPanels::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void TestChatPanels::init()
{
    Settings().setSamplingPresets({});
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE));
}

void TestChatPanels::cleanup()
{
    m.reset();
}

void TestChatPanels::rawPrompt()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    QTest::keyClick(&m->window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    auto *raw = m->find<QPlainTextEdit>("chatRawText");
    QTRY_VERIFY(raw->isVisible());
    QTRY_COMPARE(
        raw->toPlainText(),
        QString("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nAnswer 1 to: Hello.<|im_end|>\n"));
    QVERIFY(m->find<QLabel>("chatRawCaption")->text().startsWith("What the model is fed, "));
    QTest::keyClicks(m->input(), "and");
    QTRY_VERIFY(raw->toPlainText().endsWith("<|im_start|>user\nand<|im_end|>\n<|im_start|>assistant\n"));
    QTest::keyClick(&m->window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(m->page->transcript()->isVisible());
}

void TestChatPanels::probabilities()
{
    m->openModel();
    QTest::keyClick(&m->window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    m->say("Hello");
    m->waitForAnswer();
    auto *table = m->part<QAbstractItemView>(1, "chatTokens");
    QVERIFY(table && table->isVisible());
    QCOMPARE(table->model()->rowCount(), 4);
    QCOMPARE(table->model()->index(1, 1).data().toString(), QString::fromUtf8("␣1"));
    QCOMPARE(table->model()->index(1, 2).data().toString(), QString::fromUtf8("90.0 %"));
    QCOMPARE(m->text(1), QString("Answer 1 to: Hello."));
    QTest::keyClick(&m->window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!table->isVisible());
}

void TestChatPanels::contextMeter()
{
    m->openModel();
    auto *meter = m->find<QProgressBar>("chatContext");
    auto *text = m->find<QLabel>("chatContextText");
    QTRY_COMPARE(text->text(), QString("0 of 2,048 tokens"));
    QTest::keyClicks(m->input(), "four words of text");
    QTRY_COMPARE(text->text(), QString("11 of 2,048 tokens"));
    QCOMPARE(meter->value(), 11);
    QCOMPARE(meter->accessibleName(), QString("Context: 11 of 2,048 tokens"));
    m->input()->setPlainText(QString("word ").repeated(1900));
    QTRY_VERIFY(text->text().endsWith("nearly full"));
}

void TestChatPanels::findInConversation()
{
    m->openModel();
    m->say("cat and Cat");
    m->waitForAnswer();
    QTest::keyClick(&m->window, Qt::Key_F, Qt::ControlModifier);
    auto *field = m->find<QLineEdit>("chatFind");
    QVERIFY(field->isVisible() && field->hasFocus());
    QTest::keyClicks(field, "cat");
    auto *count = m->find<QLabel>("chatFindCount");
    QCOMPARE(count->text(), QString("1 of 4"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(count->text(), QString("2 of 4"));
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(count->text(), QString("4 of 4"));
    field->setText("dog");
    QCOMPARE(count->text(), QString("Not found"));
    field->setText("cat");
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!field->isVisible());
    QCOMPARE(m->card(0)->body()->extraSelections().size(), 0);
}

void TestChatPanels::searchesAllChats()
{
    m->openModel();
    m->say("About sourdough");
    m->waitForAnswer();
    m->click(0, "chatEdit"); // the search finds what stands on a branch that is not shown
    QTest::keyClicks(m->part<QPlainTextEdit>(0, "chatEditor"), " and rye");
    m->click(0, "chatEditSave");
    m->waitForAnswer();
    m->click(0, "chatVersionPrev");
    const qint64 bread = m->controller()->currentChat();
    QTest::keyClick(&m->window, Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m->controller()->currentChat() != bread);
    QTest::keyClick(&m->window, Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    auto *search = m->find<QLineEdit>("chatSearch");
    QVERIFY(search->hasFocus());
    QTest::keyClicks(search, "rye");
    auto *list = m->find<QListView>("chatList");
    QTRY_VERIFY(list->model()->rowCount() == 1 &&
                list->model()->index(0, 0).data().toString().startsWith("About"));
    QTest::keyClick(search, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_COMPARE(m->controller()->currentChat(), bread);
    QCOMPARE(m->text(0), QString("About sourdough and rye"));
    search->setText("nothing of the kind");
    QTRY_COMPARE(list->model()->index(0, 0).data().toString(), QString("Nothing found"));
    QTest::keyClick(search, Qt::Key_Escape);
    QTRY_COMPARE(list->model()->index(0, 0).data().toString(), QString("Today"));
}

void TestChatPanels::chatListRenamesAndTrashes()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    auto *list = m->find<QListView>("chatList");
    QCOMPARE(list->model()->rowCount(), 2); // "Today" and the chat
    QVERIFY(!(list->model()->flags(list->model()->index(0, 0)) & Qt::ItemIsSelectable));
    const qint64 id = m->controller()->currentChat();
    list->setFocus();
    QTest::keyClick(list, Qt::Key_F2);
    auto *editor = list->findChild<QLineEdit *>();
    QVERIFY(editor);
    editor->selectAll();
    QTest::keyClicks(editor, "Greeting");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(m->workspace.chat(id)->title, QString("Greeting"));
    QTest::keyClick(list, Qt::Key_Delete);
    QVERIFY(m->workspace.chat(id)->trashed > 0);
    QVERIFY(m->controller()->currentChat() != id);
    QVERIFY(!list->model()->match(list->model()->index(0, 0), Qt::DisplayRole, "Greeting").size());
    m->workspace.undoStack()->undo();
    QTRY_COMPARE(m->controller()->currentChat(), id); // it is shown again
    QCOMPARE(m->text(0), QString("Hello"));
    m->workspace.undoStack()->undo();
    QCOMPARE(m->workspace.chat(id)->title, QString("Hello"));
}

void TestChatPanels::copies()
{
    m->openModel();
    m->say("code");
    m->waitForAnswer();
    m->click(0, "chatCopy");
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("code"));
    QTest::keyClick(&m->window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains("**more strongly**")); // as Markdown
    auto *code = m->part<QPushButton>(1, "chatCodeCopy");
    QTest::mouseClick(code, Qt::LeftButton);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith("import math\n"));
}

void TestChatPanels::exports()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    m->click(1, "chatRegenerate");
    m->waitForAnswer();
    QTemporaryDir folder;
    QCOMPARE(m->page->exportTo(folder.filePath("c.md"), false), QString());
    QCOMPARE(m->page->exportTo(folder.filePath("c.json"), true), QString());
    QFile markdown(folder.filePath("c.md"));
    QVERIFY(markdown.open(QIODevice::ReadOnly));
    QVERIFY(markdown.readAll().contains("Answer 2 to: Hello."));
    QFile json(folder.filePath("c.json"));
    QVERIFY(json.open(QIODevice::ReadOnly));
    const QJsonObject tree = QJsonDocument::fromJson(json.readAll()).object();
    QCOMPARE(tree["messages"].toArray()[0].toObject()["children"].toArray().size(), 2);
    // By hand: Ctrl+E, the menu, the dialog.
    QTest::keyClick(&m->window, Qt::Key_E, Qt::ControlModifier);
    auto *menu = m->find<QMenu>("chatExportMenu");
    QTRY_VERIFY(menu && menu->isVisible());
    menu->actions()[0]->trigger();
    menu->close();
    auto *dialog = m->find<QFileDialog>("chatExportDialog");
    QTRY_VERIFY(dialog && dialog->isVisible());
    dialog->close();
}

void TestChatPanels::exportFails()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    const QString fault = m->page->exportTo("/nowhere/at/all.md", false);
    QVERIFY(!fault.isEmpty());
}

void TestChatPanels::keysOnlyWhileVisible()
{
    QAction *find = m->commands.find("chatFindCommand");
    QAction *stop = m->commands.find("chatStopCommand");
    QVERIFY(find->isEnabled());
    QVERIFY(!stop->isEnabled());
    m->openModel();
    m->say("slow");
    QVERIFY(stop->isEnabled());
    m->page->hide();
    QVERIFY(!find->isEnabled());
    QVERIFY(!stop->isEnabled());
    m->page->show();
    QVERIFY(stop->isEnabled());
    m->controller()->stop();
    m->waitForAnswer();
    QVERIFY(!stop->isEnabled());
}

/// Everything that takes the focus has a name and an object name; icon buttons have a tooltip and 26×26.
void TestChatPanels::names()
{
    m->openModel();
    m->say("code");
    m->waitForAnswer();
    const auto isControl = [](const QWidget *widget) {
        for (const char *kind : {"QLineEdit", "QAbstractButton", "QTextEdit", "QPlainTextEdit", "QSlider",
                                 "QComboBox", "QAbstractItemView"})
            if (widget->inherits(kind))
                return !widget->objectName().startsWith("qt_"); // Qt's own parts, such as a spin box's line
        return false;
    };
    for (QWidget *widget : m->window.findChildren<QWidget *>()) {
        if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || !isControl(widget))
            continue;
        QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(widget);
        QVERIFY2(seen && !seen->text(QAccessible::Name).isEmpty(),
                 qPrintable(widget->metaObject()->className() + QString(" ") + widget->objectName()));
        QVERIFY2(!widget->objectName().isEmpty(), qPrintable(seen->text(QAccessible::Name)));
        if (auto *button = qobject_cast<QToolButton *>(widget)) {
            QVERIFY2(!button->toolTip().isEmpty(), qPrintable(button->objectName()));
            QCOMPARE(button->size(), QSize(26, 26));
        }
    }
    QCOMPARE(m->part<QToolButton>(1, "chatCopy")->accessibleName(), QString("Copy answer 2"));
    QCOMPARE(QAccessible::queryAccessibleInterface(m->page->transcript())->role(), QAccessible::List);
}

QTEST_MAIN(TestChatPanels)
#include "tst_chat_panels.moc"
