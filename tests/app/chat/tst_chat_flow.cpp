// SPDX-License-Identifier: GPL-3.0-or-later
// The page over time: other chats, a restart, scrolling, a flood of tokens, both themes.
#include "chat_fixture.h"

#include "app/desktop/workspace/export_chat.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListView>
#include <QScrollBar>
#include <QStandardPaths>

#include <algorithm>
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

class TestChatFlow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void backgroundAnswer();
    void heldBackTextIsShown_data();
    void heldBackTextIsShown();
    void reasoningIsFolded();
    void unfinishedReasoningGoesOn();
    void draftsAndRestart();
    void followsTheEnd();
    void floodKeepsTheWindowAlive();
    void looksInLightAndDark();

private:
    std::unique_ptr<ChatFixture> m;
};

void TestChatFlow::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
}

void TestChatFlow::init()
{
    m = std::make_unique<ChatFixture>(QStringLiteral(LATHE_FAKE_ENGINE));
}

void TestChatFlow::cleanup()
{
    m.reset();
}

void TestChatFlow::heldBackTextIsShown_data()
{
    QTest::addColumn<bool>("stopped");
    QTest::newRow("to its end") << false;
    QTest::newRow("stopped") << true;
}

/// An engine may hold text back until it knows that no stop string begins in it: the result has all of it.
void TestChatFlow::heldBackTextIsShown()
{
    QFETCH(bool, stopped);
    m->openModel();
    m->say(stopped ? "held and slow" : "held");
    if (stopped) {
        QTRY_VERIFY(m->chat().find(m->controller()->lastAnswer())->answer.tokens >= 4);
        QCOMPARE(m->chat().find(m->controller()->lastAnswer())->text, QString("Answer 1"));
        m->controller()->stop();
    }
    m->waitForAnswer();
    const QString whole = stopped ? "Answer 1 to: held" : "Answer 1 to: held.";
    QVERIFY2(m->text(1).startsWith(whole.left(12)), qPrintable(m->text(1)));
    QCOMPARE(m->chat().find(m->controller()->lastAnswer())->text.left(whole.size()), whole);
    QVERIFY(m->text(1).startsWith(whole));
}

void TestChatFlow::reasoningIsFolded()
{
    m->openModel();
    m->say("think of it");
    m->waitForAnswer();
    const ChatMessage answer = *m->chat().find(m->controller()->lastAnswer());
    QVERIFY(answer.answer.reasoning.startsWith("The user asks about the sky."));
    QCOMPARE(answer.text, QString("Answer 1 to: think of it."));
    auto *toggle = m->part<QToolButton>(1, "chatReasoning");
    const QString line = QString("Reasoning · %1 tokens").arg(answer.answer.reasoningTokens);
    QCOMPARE(toggle->text(), line);
    QCOMPARE(toggle->accessibleName(), line + ", of answer 2");
    QVERIFY(m->card(1)->body()->isVisible() && !m->text(1).contains("sky"));
    auto *body = m->card(1)->reasoning()->body();
    QVERIFY(!body->isVisible());
    const QString figures = m->part<ElidedLabel>(1, "chatFigures")->fullText();
    QVERIFY2(figures.contains(QString("%1 tokens (%2 of reasoning)")
                                  .arg(answer.answer.tokens)
                                  .arg(answer.answer.reasoningTokens)),
             qPrintable(figures));
    m->click(1, "chatReasoning");
    QVERIFY(body->isVisible());
    QVERIFY(body->toPlainText().contains("So the answer is scattering"));
    m->click(1, "chatReasoning");
    QVERIFY(!body->isVisible());
    // Kept, exported, and sent back only in the field that templates may use.
    QVERIFY(Answer::fromJson(answer.answer.toJson()).reasoning == answer.answer.reasoning);
    QVERIFY(chatAsMarkdown(m->chat()).contains("<summary>Reasoning</summary>\n\nThe user asks"));
    m->say("settings");
    m->waitForAnswer();
    const QJsonArray messages =
        QJsonDocument::fromJson(m->chat().find(m->controller()->lastAnswer())->text.toUtf8())["messages"]
            .toArray();
    QCOMPARE(messages[1]["content"].toString(), answer.text);
    QCOMPARE(messages[1]["reasoning_content"].toString(), answer.answer.reasoning);
    QVERIFY(!messages[0].toObject().contains("reasoning_content"));
    QVERIFY(!m->part<QToolButton>(3, "chatReasoning")->isVisible());
    // What is written by hand was not thought.
    m->controller()->edit(answer.id, "By hand");
    QVERIFY(!m->part<QToolButton>(1, "chatReasoning")->isVisible());
}

void TestChatFlow::unfinishedReasoningGoesOn()
{
    m->openModel();
    m->say("ponder slow");
    QTRY_VERIFY(m->part<QToolButton>(1, "chatReasoning")->isVisible());
    m->click(1, "chatReasoning");
    QTRY_VERIFY(m->chat().find(m->controller()->lastAnswer())->answer.reasoningTokens >= 6);
    QVERIFY(m->part<QToolButton>(1, "chatReasoning")->text().startsWith("Reasoning … · "));
    auto *body = m->card(1)->reasoning()->body();
    QTRY_VERIFY(body->toPlainText().startsWith("The user asks about the")); // unfolded, it streams
    m->controller()->stop();
    m->waitForAnswer();
    QVERIFY(m->part<QToolButton>(1, "chatReasoning")->text().startsWith("Reasoning, without an answer · "));
    const qint64 before = m->chat().find(m->controller()->lastAnswer())->answer.reasoningTokens;
    m->click(1, "chatContinue");
    const QString more = " and it goes on.";
    QTRY_VERIFY(m->chat().find(m->controller()->lastAnswer())->text.startsWith(more));
    m->controller()->stop();
    m->waitForAnswer();
    const ChatMessage answer = *m->chat().find(m->controller()->lastAnswer());
    QVERIFY(answer.answer.reasoning.startsWith("The user asks about the"));
    QCOMPARE(answer.answer.reasoningTokens, before);
}

/// An answer goes on while another chat is shown, and arrives in its own.
void TestChatFlow::backgroundAnswer()
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

void TestChatFlow::draftsAndRestart()
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

void TestChatFlow::followsTheEnd()
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
void TestChatFlow::floodKeepsTheWindowAlive()
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
void TestChatFlow::looksInLightAndDark()
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
        m->say("Now think of it.");
        m->waitForAnswer();
        m->click(3, "chatReasoning");
        QTRY_VERIFY(m->card(3)->reasoning()->body()->height() > 3 * m->card(3)->body()->height());
        for (const int card : {1, 3})
            QTRY_VERIFY(m->card(card)->height() >= m->card(card)->minimumSizeHint().height());
        picture("reasoning");
        m->say("Once more, think");
        m->waitForAnswer();
        picture("reasoning-folded");
        m->controller()->remove(m->chat().path().at(2));
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

QTEST_MAIN(TestChatFlow)
#include "tst_chat_flow.moc"
