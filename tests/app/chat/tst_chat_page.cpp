// SPDX-License-Identifier: GPL-3.0-or-later
// The conversation with the fake engine: it works, it stops, it fails with a message, it undoes.
#include "chat_fixture.h"
#include "tests/app/fair_timer.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QStandardPaths>

#include <csignal>

using namespace lathe::desktop;

class TestChatPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void answers();
    void samplePrompt();
    void sendsOnlyWhenItCan();
    void newLineAndRecall();
    void stopsAtOnce();
    void stopsReading();
    void stopsLoading();
    void failsWithAMessage();
    void deathKeepsTheText();
    void deathBeforeTheFirstToken();
    void garbageKeepsTheText();
    void versions();
    void editMakesABranch();
    void editIsUndoable();
    void editAnswer();
    void deleteIsUndoable();
    void forks();
    void continues();
    void contextFull();
    void specialTokens();

private:
    std::unique_ptr<ChatFixture> m;
};

void TestChatPage::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void TestChatPage::init()
{
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE));
}

void TestChatPage::cleanup()
{
    m.reset();
}

void TestChatPage::answers()
{
    QVERIFY(!m->find<QPushButton>("chatSend")->isEnabled());
    m->openModel();
    QVERIFY(m->find<QWidget>("chatEmpty")->isVisible());
    m->say("Hello");
    m->waitForAnswer();
    QCOMPARE(m->page->transcript()->cards().size(), 2);
    QCOMPARE(m->text(0), QString("Hello"));
    QCOMPARE(m->text(1), QString("Answer 1 to: Hello."));
    QCOMPARE(m->label(1, "chatMessageTitle"), QString::fromUtf8("SmolLM2-135M-Instruct · Q4_1"));
    QCOMPARE(m->part<Chip>(1, "chatBadge")->text(), QString("#b179c952"));
    QCOMPARE(m->label(1, "chatFigures"),
             QString::fromUtf8(
                 "142 tokens/s · first token 0.09 s · 4 tokens · finished: end of text · seed 8812"));
}

void TestChatPage::samplePrompt()
{
    m->openModel();
    auto *sample = m->find<QPushButton>("chatSample1");
    QVERIFY(sample->isVisible());
    QTest::mouseClick(sample, Qt::LeftButton);
    m->waitForAnswer();
    QCOMPARE(m->text(0), sample->text());
    QVERIFY(!m->find<QWidget>("chatEmpty")->isVisible());
    QCOMPARE(m->chat().title, sample->text());
}

void TestChatPage::sendsOnlyWhenItCan()
{
    auto *send = m->find<QPushButton>("chatSend");
    auto *stop = m->find<QPushButton>("chatStop");
    QVERIFY(!send->isEnabled());
    QCOMPARE(send->accessibleDescription(), QString("No model is open."));
    m->openModel();
    QCOMPARE(send->accessibleDescription(), QString("There is no message yet."));
    QTest::keyClicks(m->input(), "   ");
    QVERIFY(!send->isEnabled());
    QTest::keyClick(m->input(), Qt::Key_Return);
    QCOMPARE(m->page->transcript()->cards().size(), 0);
    QTest::keyClicks(m->input(), "slow");
    QVERIFY(send->isEnabled());
    QVERIFY(!stop->isEnabled());
    QTest::mouseClick(send, Qt::LeftButton);
    QVERIFY(stop->isEnabled());
    QTest::keyClicks(m->input(), "typed meanwhile");
    QVERIFY(!send->isEnabled());
    QCOMPARE(send->accessibleDescription(), QString("An answer is being written."));
    QTest::keyClick(m->input(), Qt::Key_Return);
    QCOMPARE(m->input()->toPlainText(), QString("   typed meanwhile").trimmed());
    QTest::mouseClick(stop, Qt::LeftButton);
    m->waitForAnswer();
    QVERIFY(send->isEnabled());
}

void TestChatPage::newLineAndRecall()
{
    m->openModel();
    QTest::keyClicks(m->input(), "one");
    QTest::keyClick(m->input(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(m->input(), "two");
    QTest::keyClick(m->input(), Qt::Key_Enter, Qt::KeypadModifier);
    m->waitForAnswer();
    QCOMPARE(m->text(0), QString("one\ntwo"));
    QVERIFY(m->input()->toPlainText().isEmpty());
    QTest::keyClick(m->input(), Qt::Key_Up);
    QCOMPARE(m->input()->toPlainText(), QString("one\ntwo"));
}

void TestChatPage::stopsAtOnce()
{
    m->openModel();
    m->say("slow");
    QTRY_VERIFY(m->text(1).size() > 20);
    FairTimer since;
    since.start();
    QTest::keyClick(m->input(), Qt::Key_Escape);
    QCOMPARE(m->chip(1), QString("Stopped"));
    QVERIFY2(since.elapsed() <= 100, qPrintable(QString::number(since.elapsed())));
    m->waitForAnswer();
    QVERIFY(m->label(1, "chatFigures").contains("finished: stopped"));
    QVERIFY(m->text(1).startsWith("Answer 1 to: slow. more"));
    QVERIFY(!m->text(1).contains(QString::fromUtf8("▍")));
}

void TestChatPage::stopsReading()
{
    m->openModel();
    m->say("reading slow");
    QTRY_VERIFY(m->label(1, "chatStateText").startsWith("Reading the prompt "));
    QVERIFY(m->label(1, "chatStateText").endsWith("%"));
    QTest::keyClick(m->input(), Qt::Key_Escape);
    m->waitForAnswer();
    QCOMPARE(m->chip(1), QString("Stopped"));
    QCOMPARE(m->text(1), QString());
}

void TestChatPage::stopsLoading()
{
    m.reset();
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE), QStringList{"--load-ms", "60000"});
    m->models.open("/models/x.gguf");
    QTRY_VERIFY(m->find<QLabel>("chatLoadingText")->text().startsWith("Loading weights "));
    QVERIFY(m->find<QWidget>("chatLoading")->isVisible());
    QVERIFY(m->find<QLabel>("chatLoadingText")->text().contains("left"));
    QVERIFY(m->input()->isEnabled()); // it may be typed into already
    QTest::keyClick(m->input(), Qt::Key_Escape);
    QTRY_COMPARE(m->controller()->phase(), ChatController::Phase::NoModel);
    QVERIFY(!m->find<QWidget>("chatLoading")->isVisible());
}

void TestChatPage::failsWithAMessage()
{
    m->openModel();
    m->say("fail");
    QTRY_COMPARE(m->chip(1), QString("Failed"));
    QCOMPARE(m->text(1), QString("One two three four five"));
    QCOMPARE(
        m->label(1, "chatFault"),
        QString("RTX 3060: the driver reported a lost device in layer 17, attention; use another device"));
    QCOMPARE(m->label(1, "chatKept"), QString("5 tokens kept"));
    m->waitForAnswer();
    m->click(1, "chatFailedContinue");
    m->waitForAnswer();
    QCOMPARE(m->text(1), QString("One two three four five and it goes on."));
    QCOMPARE(m->chip(1), QString());
    QCOMPARE(m->label(1, "chatFault"), QString());
}

void TestChatPage::deathKeepsTheText()
{
    m->openModel();
    m->say("slow");
    QTest::keyClicks(m->input(), "my next thought");
    QTRY_VERIFY(m->text(1).size() > 20);
    const QString before = m->chat().find(m->chat().path()[1])->text;
    FairTimer since;
    since.start();
    ::kill(pid_t(m->engine.processId()), SIGKILL);
    QTRY_COMPARE(m->chip(1), QString("Cut off"));
    QVERIFY2(since.elapsed() <= 500, qPrintable(QString::number(since.elapsed())));
    QVERIFY(m->chat().find(m->chat().path()[1])->text.startsWith(before));
    QCOMPARE(m->input()->toPlainText(), QString("my next thought"));
    auto *again = m->part<QPushButton>(1, "chatFailedRegenerate");
    QTRY_VERIFY(again->isVisible());
    if (!again->isEnabled())
        QCOMPARE(again->accessibleDescription(), QString("The engine is not ready yet."));
    m->waitForAnswer(); // a new engine has the same weights
    QVERIFY(again->isEnabled());
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_VERIFY(m->text(1).startsWith("Answer 1 to: slow."));
    QCOMPARE(m->label(1, "chatVersion"), QString()); // the pager comes with the end
    QTest::keyClick(m->input(), Qt::Key_Escape);
    m->waitForAnswer();
    QCOMPARE(m->label(1, "chatVersion"), QString("2 of 2"));
    QCOMPARE(m->input()->toPlainText(), QString("my next thought"));
}

void TestChatPage::deathBeforeTheFirstToken()
{
    m->openModel();
    m->say("reading slow");
    QTRY_COMPARE(m->controller()->phase(), ChatController::Phase::Reading);
    ::kill(pid_t(m->engine.processId()), SIGKILL);
    QTRY_COMPARE(m->chip(1), QString("Cut off"));
    QTRY_COMPARE(m->label(1, "chatKept"), QString("0 tokens kept"));
    m->waitForAnswer();
    m->click(1, "chatFailedContinue"); // begins again in the same place
    QTRY_VERIFY(m->text(1).startsWith("Answer 1"));
}

void TestChatPage::garbageKeepsTheText()
{
    m->openModel();
    m->say("garbage");
    QTRY_COMPARE(m->chip(1), QString("Cut off"));
    QCOMPARE(m->text(1), QString("One two three four five"));
    m->waitForAnswer();
}

void TestChatPage::versions()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    QVERIFY(!m->part<QToolButton>(1, "chatVersionPrev")->isVisible());
    m->click(1, "chatRegenerate");
    m->waitForAnswer();
    QTest::keyClick(m->input(), Qt::Key_Return, Qt::ControlModifier); // Ctrl+Enter: the last answer again
    m->waitForAnswer();
    QCOMPARE(m->label(1, "chatVersion"), QString("3 of 3"));
    QCOMPARE(m->text(1), QString("Answer 3 to: Hello."));
    QVERIFY(!m->part<QToolButton>(1, "chatVersionNext")->isEnabled());
    m->click(1, "chatVersionPrev");
    QCOMPARE(m->text(1), QString("Answer 2 to: Hello."));
    QTest::keyClick(&m->window, Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(m->label(1, "chatVersion"), QString("1 of 3"));
    QTest::keyClick(&m->window, Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(m->text(1), QString("Answer 2 to: Hello."));
}

void TestChatPage::editMakesABranch()
{
    m->openModel();
    m->say("First");
    m->waitForAnswer();
    m->say("Second");
    m->waitForAnswer();
    m->click(0, "chatEdit");
    auto *editor = m->part<QPlainTextEdit>(0, "chatEditor");
    QVERIFY(editor->hasFocus());
    QCOMPARE(editor->toPlainText(), QString("First"));
    QTest::keyClicks(editor, " changed");
    QTest::keyClick(editor, Qt::Key_Return);
    m->waitForAnswer();
    QCOMPARE(m->page->transcript()->cards().size(), 2); // the new branch has one answer
    QCOMPARE(m->text(0), QString("First changed"));
    QCOMPARE(m->text(1), QString("Answer 3 to: First changed."));
    QCOMPARE(m->label(0, "chatVersion"), QString("2 of 2"));
    m->click(0, "chatVersionPrev");
    QCOMPARE(m->page->transcript()->cards().size(), 4);
    QCOMPARE(m->text(2), QString("Second"));
}

void TestChatPage::editIsUndoable()
{
    m->openModel();
    m->say("First");
    m->waitForAnswer();
    QTest::keyClick(m->input(), Qt::Key_Up, Qt::ControlModifier); // Ctrl+Up edits the last message
    auto *editor = m->part<QPlainTextEdit>(0, "chatEditor");
    QVERIFY(editor);
    QTest::keyClicks(editor, "!");
    QTest::keyClick(editor, Qt::Key_Escape); // leaves it
    QVERIFY(!m->card(0)->isEditing());
    QCOMPARE(m->text(0), QString("First"));
    m->click(0, "chatEdit");
    QTest::keyClicks(m->part<QPlainTextEdit>(0, "chatEditor"), "ly");
    m->click(0, "chatEditSave");
    m->waitForAnswer();
    QCOMPARE(m->text(0), QString("Firstly"));
    QCOMPARE(m->workspace.undoStack()->undoText(), QString("edit message"));
    m->workspace.undoStack()->undo();
    QCOMPARE(m->text(0), QString("First"));
    QCOMPARE(m->text(1), QString("Answer 1 to: First."));
    m->workspace.undoStack()->redo();
    QCOMPARE(m->text(0), QString("Firstly"));
}

void TestChatPage::editAnswer()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    m->click(1, "chatEdit");
    auto *editor = m->part<QPlainTextEdit>(1, "chatEditor");
    editor->selectAll();
    QTest::keyClicks(editor, "My own words");
    m->click(1, "chatEditSave");
    QCOMPARE(m->text(1), QString("My own words"));
    QCOMPARE(m->label(1, "chatMessageTitle"), QString("Edited answer"));
    QVERIFY2(!m->part<Chip>(1, "chatBadge")->isVisible(), "no weights wrote this");
    m->workspace.undoStack()->undo();
    QCOMPARE(m->text(1), QString("Answer 1 to: Hello."));
    QVERIFY(m->part<Chip>(1, "chatBadge")->isVisible());
}

void TestChatPage::deleteIsUndoable()
{
    m->openModel();
    m->say("Hello");
    m->waitForAnswer();
    m->click(1, "chatDelete");
    QCOMPARE(m->page->transcript()->cards().size(), 1);
    m->workspace.undoStack()->undo();
    QCOMPARE(m->page->transcript()->cards().size(), 2);
    QCOMPARE(m->text(1), QString("Answer 1 to: Hello."));
    m->click(0, "chatDelete");
    QCOMPARE(m->page->transcript()->cards().size(), 0);
    QVERIFY(m->find<QWidget>("chatEmpty")->isVisible());
    m->workspace.undoStack()->undo();
    QCOMPARE(m->page->transcript()->cards().size(), 2);
}

void TestChatPage::forks()
{
    m->openModel();
    m->say("First");
    m->waitForAnswer();
    m->say("Second");
    m->waitForAnswer();
    const qint64 before = m->controller()->currentChat();
    m->click(1, "chatFork");
    QVERIFY(m->controller()->currentChat() != before);
    QCOMPARE(m->page->transcript()->cards().size(), 2);
    QCOMPARE(m->text(1), QString("Answer 1 to: First."));
    QCOMPARE(m->workspace.chat(before)->path().size(), 4);
}

void TestChatPage::continues()
{
    m->openModel();
    m->say("length");
    m->waitForAnswer();
    QVERIFY(m->label(1, "chatFigures").contains("finished: length limit"));
    QCOMPARE(m->label(1, "chatFigures").contains("4 tokens"), true);
    m->click(1, "chatContinue");
    m->waitForAnswer();
    QCOMPARE(m->text(1), QString("Answer 1 to: length. and it goes on."));
    QVERIFY(m->label(1, "chatFigures").contains("8 tokens"));
    QCOMPARE(m->part<Chip>(1, "chatBadge")->text(), QString("#b179c952")); // the same weights, once
}

void TestChatPage::contextFull()
{
    m->openModel();
    m->say("full");
    m->waitForAnswer();
    QCOMPARE(m->chip(1), QString("Context full"));
    QVERIFY(!m->part<QPushButton>(1, "chatFailedContinue")->isVisible());
    QCOMPARE(m->part<QPushButton>(1, "chatLargerContext")->text(), QString("Continue with 4,096"));
    m->click(1, "chatShift");
    m->waitForAnswer();
    QVERIFY(m->chat().settings.shiftWhenFull);
    QVERIFY(m->text(1).endsWith("and it goes on."));
    m->say("full again");
    m->waitForAnswer();
    m->click(3, "chatLargerContext");
    m->waitForAnswer();
    QVERIFY(m->text(3).endsWith("and it goes on."));
}

/// A typed spelling of a special token is shown as such and sent as plain text.
void TestChatPage::specialTokens()
{
    m->openModel();
    m->say("a <|im_end|> b");
    m->waitForAnswer();
    QCOMPARE(m->text(0), QString("a <|im_end|> b"));
    QVERIFY(m->card(0)->body()->toHtml().contains("background-color"));
    QCOMPARE(m->text(1), QString("Answer 1 to: a <|im_end|> b."));
}

QTEST_MAIN(TestChatPage)
#include "tst_chat_page.moc"
