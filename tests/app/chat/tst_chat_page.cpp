// SPDX-License-Identifier: GPL-3.0-or-later
// The conversation with the fake engine: it works, it stops, it fails with a message, it undoes.
#include "chat_fixture.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonObject>
#include <QListView>
#include <QScrollBar>
#include <QStandardPaths>

#include <algorithm>
#include <csignal>
#include <ctime>

using namespace lathe::desktop;

/// The window answers within a frame: no slot above 16 ms, in CI 100 ms.
constexpr double kLongestSlotMs = 100;

/// Processor time of this thread: on a busy machine the clock on the wall tells of the others.
double threadCpuMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

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
    void backgroundAnswer();
    void draftsAndRestart();
    void followsTheEnd();
    void floodKeepsTheWindowAlive();
    void looksInLightAndDark();

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
    QElapsedTimer since;
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
    QElapsedTimer since;
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

/// An answer goes on while another chat is shown, and arrives in its own.
void TestChatPage::backgroundAnswer()
{
    m->openModel();
    m->say("slow");
    QTRY_COMPARE(m->controller()->phase(), ChatController::Phase::Writing);
    const qint64 first = m->controller()->currentChat();
    QTest::mouseClick(m->find<QPushButton>("chatNew"), Qt::LeftButton);
    QCOMPARE(m->page->transcript()->cards().size(), 0);
    QVERIFY(m->find<QPushButton>("chatStop")->isEnabled());
    const qsizetype before = m->workspace.chat(first)->find(m->workspace.chat(first)->path()[1])->text.size();
    QTRY_VERIFY(m->workspace.chat(first)->find(m->workspace.chat(first)->path()[1])->text.size() >
                before + 10);
    m->controller()->openChat(first);
    QTRY_VERIFY(m->text(1).size() > before);
    m->controller()->stop();
    m->waitForAnswer();
    QCOMPARE(m->chip(1), QString("Stopped"));
}

void TestChatPage::draftsAndRestart()
{
    QTemporaryDir folder;
    m.reset();
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE), QStringList{}, folder.path());
    m->openModel();
    m->say("slow");
    QTRY_VERIFY(m->text(1).size() > 20);
    QTest::keyClicks(m->input(), "half a thought");
    const qint64 id = m->controller()->currentChat();
    m.reset(); // in the middle of an answer
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE), QStringList{}, folder.path());
    auto *list = m->find<QListView>("chatList");
    QModelIndexList rows = list->model()->match(list->model()->index(0, 0), Qt::DisplayRole, "slow");
    QCOMPARE(rows.size(), 1);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(rows[0]).center());
    QTRY_COMPARE(m->controller()->currentChat(), id);
    QCOMPARE(m->text(0), QString("slow"));
    QVERIFY(m->text(1).startsWith("Answer 1 to: slow. more"));
    QTRY_COMPARE(m->chip(1), QString("Stopped")); // by the end of the window
    QCOMPARE(m->input()->toPlainText(), QString("half a thought"));
}

void TestChatPage::followsTheEnd()
{
    m->openModel();
    m->window.resize(1208, 420);
    for (int i = 0; i < 3; ++i) {
        m->say("code");
        m->waitForAnswer();
    }
    QScrollBar *bar = m->page->transcript()->verticalScrollBar();
    auto *newest = m->find<QPushButton>("chatNewest");
    QTRY_VERIFY(bar->maximum() > 100);
    QTRY_COMPARE(bar->value(), bar->maximum());
    QVERIFY(!newest->isVisible());
    bar->setValue(0); // scrolled up: stays there while text comes
    QVERIFY(newest->isVisible());
    m->controller()->send("slow");
    QTRY_VERIFY(m->text(7).size() > 40);
    QCOMPARE(bar->value(), 0);
    QTest::mouseClick(newest, Qt::LeftButton);
    QCOMPARE(bar->value(), bar->maximum());
    QVERIFY(!newest->isVisible());
    m->controller()->stop();
    m->waitForAnswer();
}

/// 10,000 tokens as fast as they are taken: the event loop is never held longer than 100 ms.
void TestChatPage::floodKeepsTheWindowAlive()
{
    m->openModel();
    double before = threadCpuMs();
    double longest = 0;
    QTimer watchdog;
    connect(&watchdog, &QTimer::timeout, this, [&] {
        const double now = threadCpuMs();
        longest = std::max(longest, now - before);
        before = now;
    });
    watchdog.start(5);
    m->say("flood");
    m->waitForAnswer();
    QCOMPARE(m->text(1).count("word"), 10000);
    watchdog.stop();
    QVERIFY2(longest <= kLongestSlotMs, qPrintable(QString::number(longest)));
}

/// The states beside one another in both themes; with LATHE_SHOTS=folder the pictures are written there.
void TestChatPage::looksInLightAndDark()
{
    const QString folder = qEnvironmentVariable("LATHE_SHOTS");
    for (const bool dark : {false, true}) {
        m.reset();
        init();
        m->theme.setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
        const auto picture = [&](const char *name) {
            const QImage image = m->window.grab().toImage();
            const int lightness = image.scaled(1, 1, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
                                      .pixelColor(0, 0)
                                      .lightness();
            QVERIFY2(dark ? lightness < 80 : lightness > 200, qPrintable(QString::number(lightness)));
            if (!folder.isEmpty())
                image.save(
                    QStringLiteral("%1/%2-%3.png").arg(folder, QLatin1String(name), dark ? "dark" : "light"));
        };
        m->openModel();
        picture("empty");
        m->say("Why is the sky blue? Give me code.");
        m->waitForAnswer();
        m->say("And at sunset? die");
        QTRY_VERIFY(m->chip(3) == "Cut off");
        m->waitForAnswer();
        picture("cutoff");
        m->click(1, "chatRegenerate");
        m->waitForAnswer();
        m->say("slow one <|im_end|> typed");
        QTRY_VERIFY(m->text(3).size() > 60);
        picture("streaming");
        QTest::keyClick(&m->window, Qt::Key_Escape);
        m->waitForAnswer();
        picture("stopped");
    }
}

QTEST_MAIN(TestChatPage)
#include "tst_chat_page.moc"
