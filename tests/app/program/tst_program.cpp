// SPDX-License-Identifier: GPL-3.0-or-later
// The program as main() runs it, at a real X server, with clicks and keys that come through that server: the
// default model is opened, asked and answers; an answer is stopped; the engine is killed in the middle of one
// and comes back; the window is closed and leaves no process. The steps follow each other in one run of the
// program. With LATHE_SHOTS=FOLDER each step writes a picture of the screen.
#include "x_devices.h"

#include "app/desktop/application.h"
#include "app/desktop/pages/chat/chat_page.h"
#include "app/desktop/pages/chat/message_card.h"
#include "app/desktop/pages/chat/transcript.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/window/main_window.h"
#include "app/desktop/window/services.h"
#include "tests/app/fair_timer.h"

#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QtTest>

#include <csignal>
#include <cstdio>

using namespace lathe::desktop;

namespace {

constexpr int kAnswerMs = 60000;
/// The first load on a machine waits for the self-test of its device, with every shader compiled.
constexpr int kFirstLoadMs = 240000;

QElapsedTimer s_sinceStart;
qint64 s_lastEngine = 0;

} // namespace

class TestProgram : public QObject
{
    Q_OBJECT
public:
    explicit TestProgram(Application &program) : m_program(program) {}

private slots:
    void initTestCase();
    void showsItsWindowSoon();
    void startsChattingByAClick();
    void answersWhatWasTyped();
    void stopsByEsc();
    void survivesADeadEngine();
    void keysChangeThePage();
    void closesByItsKey();

private:
    MainWindow *window() const;
    ChatController *chat() const { return window()->chatPage()->controller(); }
    const ChatMessage *lastAnswer() const
    {
        const Chat *shown = chat()->chat();
        return shown ? shown->find(chat()->lastAnswer()) : nullptr;
    }
    MessageCard *lastCard() const { return window()->chatPage()->transcript()->cards().constLast(); }
    QString chip() const
    {
        auto *found = lastCard()->findChild<Chip *>("chatState");
        return found->isVisible() ? found->text() : QString();
    }
    template <class T> T *find(const char *name) const { return window()->findChild<T *>(name); }
    void click(QWidget *widget);
    void say(const QString &text);
    qint64 engine() const { return m_program.services().engine.processId(); }
    bool isIdle() const { return chat()->canSend(); }
    void picture(const char *name);

    Application &m_program;
    XDevices m_devices;
};

MainWindow *TestProgram::window() const
{
    for (QWidget *widget : QApplication::topLevelWidgets()) {
        if (auto *found = qobject_cast<MainWindow *>(widget); found && found->isVisible())
            return found;
    }
    return nullptr;
}

void TestProgram::click(QWidget *widget)
{
    QTRY_VERIFY(widget && widget->isVisible() && widget->isEnabled());
    QTest::qWait(0); // layouts that are due
    m_devices.click(widget->mapToGlobal(widget->rect().center()));
}

void TestProgram::say(const QString &text)
{
    auto *input = find<QPlainTextEdit>("chatInput");
    click(input);
    QTRY_VERIFY(input->hasFocus());
    m_devices.type(text);
    QTRY_COMPARE(input->toPlainText(), text);
    m_devices.press(XDevices::kReturn);
    QTRY_VERIFY(input->toPlainText().isEmpty());
}

void TestProgram::picture(const char *name)
{
    const QString folder = qEnvironmentVariable("LATHE_SHOTS");
    if (folder.isEmpty())
        return;
    QTest::qWait(50);
    QVERIFY(window()->screen()->grabWindow(0).save(folder + "/" + QLatin1String(name) + ".png"));
}

void TestProgram::initTestCase()
{
    QVERIFY2(m_devices.fault().isEmpty(), qPrintable(m_devices.fault()));
    QCOMPARE(QGuiApplication::platformName(), QString("xcb"));
}

void TestProgram::showsItsWindowSoon()
{
    QVERIFY(QTest::qWaitForWindowExposed(window()));
    QVERIFY2(s_sinceStart.elapsed() <= 3000, qPrintable(QString::number(s_sinceStart.elapsed())));
    qInfo("window exposed %lld ms after the start of main", s_sinceStart.elapsed());
    // There is no window manager here that would do it.
    window()->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window()));
    picture("1-start");
}

void TestProgram::startsChattingByAClick()
{
    auto *start = find<QPushButton>("startChat");
    QVERIFY2(
        QTest::qWaitFor([&] { return start->isVisible() || find<QWidget>("startGet")->isVisible(); }, 20000),
        "the engine does not say whether the default model is there");
    QVERIFY2(start->isVisible(), "the default model is not here; scripts/run and scripts/test fetch it");
    click(start);
    QTRY_VERIFY_WITH_TIMEOUT(window()->chatPage()->isVisible(), kFirstLoadMs);
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(), kFirstLoadMs);
    QTRY_COMPARE(find<Chip>("headerHash")->text(), QString("#b179c952"));
}

void TestProgram::answersWhatWasTyped()
{
    // The most probable tokens, so that the answer is the same each time.
    auto *preset = find<QComboBox>("chatPreset");
    preset->setFocus();
    m_devices.type("g");
    QTRY_COMPARE(preset->currentText(), QString("Greedy"));
    say("What is the capital of France?");
    QTRY_VERIFY_WITH_TIMEOUT(isIdle() && lastAnswer() && lastAnswer()->answer.finish != Finish::Running,
                             kAnswerMs);
    QCOMPARE(chat()->chat()->find(chat()->chat()->path().first())->text,
             QString("What is the capital of France?"));
    QVERIFY2(lastAnswer()->text.contains("Paris"), qPrintable(lastAnswer()->text));
    QTRY_VERIFY(lastCard()->body()->toPlainText().contains("Paris"));
    QVERIFY(lastAnswer()->answer.tokensPerSecond > 0 && lastAnswer()->answer.firstTokenSeconds > 0);
    QCOMPARE(lastCard()->findChild<Chip *>("chatBadge")->text(), QString("#b179c952"));
    picture("2-answered");
    m_devices.press('c', {XDevices::kControl, XDevices::kShift});
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), lastAnswer()->text);
}

void TestProgram::stopsByEsc()
{
    say("Write a long story about a lathe.");
    QTRY_VERIFY_WITH_TIMEOUT(lastAnswer() && lastAnswer()->answer.tokens >= 5, kAnswerMs);
    qint64 stopped = -1, ended = -1;
    FairTimer since;
    const QObject here;
    connect(chat(), &ChatController::phaseChanged, &here, [&](ChatController::Phase phase) {
        if (phase == ChatController::Phase::Stopping)
            stopped = since.elapsed();
    });
    connect(chat(), &ChatController::answerFinished, &here, [&] { ended = since.elapsed(); });
    since.start();
    m_devices.press(XDevices::kEscape);
    QTRY_VERIFY(ended >= 0);
    QCOMPARE(chip(), QString("Stopped"));
    QVERIFY2(stopped >= 0 && stopped <= 100, qPrintable(QString::number(stopped)));
    QVERIFY(lastCard()->findChild<QLabel *>("chatFigures")->text().contains("finished: stopped"));
    qInfo("stopped %lld ms after the key, the engine idle after %lld ms", stopped, ended);
    picture("3-stopped");
}

void TestProgram::survivesADeadEngine()
{
    say("And another one.");
    QTRY_VERIFY_WITH_TIMEOUT(lastAnswer() && lastAnswer()->answer.tokens >= 3, kAnswerMs);
    const QString written = lastAnswer()->text;
    const qint64 killed = engine();
    FairTimer since;
    since.start();
    QCOMPARE(::kill(pid_t(killed), SIGKILL), 0);
    auto *title = find<QLabel>("bannerTitle");
    QVERIFY(QTest::qWaitFor([&] { return title->isVisible(); }));
    QVERIFY2(since.elapsed() <= 500, qPrintable(QString::number(since.elapsed())));
    QCOMPARE(title->text(), QString("The engine stopped while answering"));
    QCOMPARE(chip(), QString("Cut off"));
    QVERIFY(lastAnswer()->text.startsWith(written));
    picture("4-engine-died");
    QTRY_VERIFY_WITH_TIMEOUT(isIdle(), kAnswerMs);
    QVERIFY(engine() != killed && engine() > 0);
    auto *regenerate = find<QPushButton>("bannerAction1");
    QCOMPARE(regenerate->text(), QString("Regenerate"));
    click(regenerate);
    QTRY_VERIFY_WITH_TIMEOUT(
        lastAnswer()->answer.finish == Finish::Running && lastAnswer()->answer.tokens >= 2, kAnswerMs);
    QCOMPARE(chat()->chat()->versions(chat()->lastAnswer()).size(), 2);
    click(find<QPushButton>("chatStop"));
    QTRY_VERIFY(isIdle());
    click(lastCard()->findChild<QToolButton *>("chatVersionPrev"));
    QTRY_COMPARE(chip(), QString("Cut off")); // what the dead engine wrote is still there
}

void TestProgram::keysChangeThePage()
{
    m_devices.press(',', {XDevices::kControl});
    QTRY_COMPARE(window()->currentPage(), QString("settings"));
    m_program.services().settings.setTheme("dark");
    picture("5-settings-dark");
    m_devices.press('1', {XDevices::kControl});
    QTRY_COMPARE(window()->currentPage(), QString("chat"));
    picture("6-chat-dark");
    const qint64 before = chat()->currentChat();
    m_devices.press('n', {XDevices::kControl});
    QTRY_VERIFY(chat()->currentChat() != before);
    m_devices.press('k', {XDevices::kControl});
    QTRY_VERIFY(find<QWidget>("headerSearch")->hasFocus());
    m_devices.type("capital");
    QTRY_VERIFY(find<QWidget>("palette")->isVisible());
    m_devices.press(XDevices::kReturn);
    QTRY_COMPARE(chat()->currentChat(), before); // the palette names chats, too
}

void TestProgram::closesByItsKey()
{
    s_lastEngine = engine();
    QVERIFY(s_lastEngine > 0 && ::kill(pid_t(s_lastEngine), 0) == 0);
    m_devices.press('q', {XDevices::kControl});
    QTRY_VERIFY(!window());
}

int main(int argc, char **argv)
{
    s_sinceStart.start();
    QStandardPaths::setTestModeEnabled(true);
    for (const auto location : {QStandardPaths::AppConfigLocation, QStandardPaths::AppDataLocation})
        QDir(QStandardPaths::writableLocation(location) + "/lathe").removeRecursively();
    QByteArray name = "lathe-desktop", option = "--engine", engine = LATHE_ENGINE;
    char *arguments[] = {name.data(), option.data(), engine.data(), nullptr};
    int count = 3, failed = -1;
    {
        Application program(count, arguments);
        QTimer::singleShot(0, &program, [&] {
            TestProgram test(program);
            failed = QTest::qExec(&test, argc, argv);
            QApplication::quit();
        });
        if (const int status = program.run(); status != 0)
            failed = std::max(failed, status);
    }
    if (s_lastEngine > 0 && ::kill(pid_t(s_lastEngine), 0) == 0) {
        std::fprintf(stderr, "FAIL!  : the engine (process %lld) outlived the program\n",
                     (long long)s_lastEngine);
        failed = std::max(failed, 1);
    }
    return failed;
}

#include "tst_program.moc"
